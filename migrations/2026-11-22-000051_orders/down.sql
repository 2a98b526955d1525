DROP TABLE orders;
DROP TABLE products;
DROP FUNCTION balcao_orders_changed;
DROP FUNCTION balcao_count_purchases;
