-- When people are there for a queue; null: when they are there for the company.
ALTER TABLE queues ADD COLUMN business_hours jsonb;
