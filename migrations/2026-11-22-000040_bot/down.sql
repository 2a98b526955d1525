DROP TABLE bot_config, bot_flow_versions, bot_flows;
