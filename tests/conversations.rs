//! Customers, the bot and the people who answer them.

mod flows;
