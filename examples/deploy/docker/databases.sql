-- One database for each service.
CREATE DATABASE users;
CREATE DATABASE orders;
