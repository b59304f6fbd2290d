"""Every write to groups' tables. A change's filing comes later; the periods are written here."""
