-- Run once by the PostgreSQL container of docker-compose.yml, when its volume is new. The product
-- owns its database and is no superuser: who broke into it could read no file of the server.
\getenv password DATABASE_PASSWORD
CREATE ROLE tongxing LOGIN PASSWORD :'password';
CREATE DATABASE tongxing OWNER tongxing TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
