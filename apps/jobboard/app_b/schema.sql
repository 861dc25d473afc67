-- Seed data of the exercise: one user, whose token the check and the smoke test send.
CREATE TABLE users (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    username TEXT NOT NULL,
    password TEXT NOT NULL,
    token    TEXT NOT NULL
);

INSERT INTO users (username, password, token) VALUES ('density', 'password123', 'mytoken');
