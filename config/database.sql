-- Run once by the PostgreSQL container of docker-compose.yml, when its volume is new. tongxing_owner
-- makes the tables; the product works in them as tongxing, which may only add to the audit log
-- (migrate grants it what it needs). Neither is a superuser: who broke into the product could read
-- no file of the server and change nothing of what is told about them.
\getenv password DATABASE_PASSWORD
\getenv owner_password MIGRATE_DATABASE_PASSWORD
CREATE ROLE tongxing LOGIN PASSWORD :'password';
CREATE ROLE tongxing_owner LOGIN PASSWORD :'owner_password';
CREATE DATABASE tongxing OWNER tongxing_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
