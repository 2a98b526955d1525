DROP INDEX leads_due;
DROP TABLE notification_preferences, notifications;
