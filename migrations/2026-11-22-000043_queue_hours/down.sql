ALTER TABLE queues DROP COLUMN business_hours;
