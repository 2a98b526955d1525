DROP TABLE kept_mails;
