//! Generated from the migrated database: `BALCAO_BLESS=1 scripts/test rust` writes it, `tests/schema.rs` compares it.

diesel::table! {
    account_links (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        user_id -> Uuid,
        purpose -> Text,
        hash -> Nullable<Bytea>,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    attachments (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        filename -> Text,
        content_type -> Text,
        size -> Int8,
        has_thumbnail -> Bool,
        uploaded_by -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    audit_log (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        action -> Text,
        target_id -> Uuid,
        actor -> Jsonb,
        changes -> Jsonb,
        at -> Timestamptz,
    }
}

diesel::table! {
    boards (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        name -> Text,
        description -> Nullable<Text>,
        is_default -> Bool,
        archived -> Bool,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    bot_config (tenant_id, key) {
        tenant_id -> Uuid,
        key -> Text,
        value -> Jsonb,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    bot_flow_versions (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        flow_id -> Uuid,
        number -> Int4,
        flow -> Jsonb,
        published_by -> Nullable<Uuid>,
        published_at -> Timestamptz,
    }
}

diesel::table! {
    bot_flows (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        draft -> Jsonb,
        is_default -> Bool,
        published_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    chat_messages (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        room_id -> Uuid,
        number -> Int8,
        tally -> Int8,
        sender_id -> Uuid,
        sender_name -> Text,
        message_type -> Text,
        content -> Nullable<Text>,
        attachment_id -> Nullable<Uuid>,
        reply_to -> Nullable<Uuid>,
        mentions -> Array<Uuid>,
        notice -> Nullable<Jsonb>,
        created_at -> Timestamptz,
        edited_at -> Nullable<Timestamptz>,
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    chat_reactions (tenant_id, message_id, emoji, user_id) {
        tenant_id -> Uuid,
        message_id -> Uuid,
        emoji -> Text,
        user_id -> Uuid,
    }
}

diesel::table! {
    chat_room_participants (tenant_id, room_id, user_id) {
        tenant_id -> Uuid,
        room_id -> Uuid,
        user_id -> Uuid,
        joined_at -> Timestamptz,
        read_number -> Int8,
        read_tally -> Int8,
        last_read_message_id -> Nullable<Uuid>,
        last_read_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    chat_rooms (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        #[sql_name = "type"]
        type_ -> Text,
        name -> Nullable<Text>,
        direct_key -> Nullable<Text>,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    checkpoints (tenant_id, topic_id, seq) {
        tenant_id -> Uuid,
        topic_id -> Uuid,
        seq -> Int8,
        state -> Jsonb,
        at -> Timestamptz,
    }
}

diesel::table! {
    commands (tenant_id, actor_id, command_id) {
        tenant_id -> Uuid,
        actor_id -> Uuid,
        command_id -> Uuid,
        topic_id -> Nullable<Uuid>,
        digest -> Bytea,
        seq -> Nullable<Int8>,
        answer -> Nullable<Jsonb>,
        at -> Timestamptz,
    }
}

diesel::table! {
    companies (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        name -> Text,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        legal_name -> Nullable<Text>,
        cnpj -> Nullable<Text>,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        website -> Nullable<Text>,
        industry -> Nullable<Text>,
        size -> Nullable<Text>,
        address -> Nullable<Text>,
        notes -> Nullable<Text>,
        owner_id -> Nullable<Uuid>,
        name_key -> Text,
        search_text -> Text,
    }
}

diesel::table! {
    contacts (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        name -> Text,
        phone -> Nullable<Text>,
        email -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    events (topic_id, seq) {
        tenant_id -> Uuid,
        topic_id -> Uuid,
        seq -> Int8,
        #[sql_name = "type"]
        type_ -> Text,
        data -> Jsonb,
        inner -> Nullable<Jsonb>,
        audience -> Nullable<Jsonb>,
        actor -> Jsonb,
        cause -> Nullable<Jsonb>,
        tx -> Int8,
        at -> Timestamptz,
        undoes_seq -> Nullable<Int8>,
    }
}

diesel::table! {
    jobs (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        kind -> Text,
        payload -> Jsonb,
        state -> Text,
        run_at -> Timestamptz,
        attempts -> Int4,
        last_error -> Nullable<Text>,
        locked_until -> Nullable<Timestamptz>,
        topic_id -> Nullable<Uuid>,
        cause -> Nullable<Jsonb>,
        created_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
        unique_key -> Nullable<Text>,
        lease -> Nullable<Uuid>,
    }
}

diesel::table! {
    kept_mails (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        recipient -> Text,
        recipient_name -> Text,
        subject -> Text,
        text -> Text,
        at -> Timestamptz,
    }
}

diesel::table! {
    leads (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        board_id -> Uuid,
        stage_id -> Uuid,
        rank -> Text,
        title -> Text,
        description -> Nullable<Text>,
        value -> Nullable<Numeric>,
        priority -> Text,
        probability -> Nullable<Int4>,
        expected_close_date -> Nullable<Date>,
        assigned_to -> Nullable<Uuid>,
        company_id -> Nullable<Uuid>,
        contact_id -> Nullable<Uuid>,
        name -> Nullable<Text>,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        company -> Nullable<Text>,
        cnpj -> Nullable<Text>,
        score -> Nullable<Int4>,
        tags -> Array<Text>,
        custom -> Jsonb,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        stage_since -> Timestamptz,
    }
}

diesel::table! {
    notification_preferences (tenant_id, user_id, kind) {
        tenant_id -> Uuid,
        user_id -> Uuid,
        kind -> Text,
        is_wanted -> Bool,
    }
}

diesel::table! {
    notifications (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        user_id -> Uuid,
        kind -> Text,
        #[sql_name = "type"]
        type_ -> Text,
        title -> Text,
        message -> Text,
        link -> Nullable<Text>,
        is_read -> Bool,
        cause_id -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    search_index (tenant_id, kind, record_id) {
        tenant_id -> Uuid,
        kind -> Text,
        record_id -> Uuid,
        scope_id -> Uuid,
        text -> Text,
    }
}

diesel::table! {
    second_factors (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        secret -> Bytea,
        recovery_codes -> Nullable<Bytea>,
        enabled_at -> Nullable<Timestamptz>,
        last_step -> Int8,
    }
}

diesel::table! {
    sessions (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        user_id -> Uuid,
        refresh_hash -> Bytea,
        user_agent -> Nullable<Text>,
        address -> Nullable<Text>,
        created_at -> Timestamptz,
        last_seen_at -> Timestamptz,
        expires_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    stages (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        board_id -> Uuid,
        name -> Text,
        color -> Text,
        kind -> Text,
        rank -> Text,
    }
}

diesel::table! {
    tenants (id) {
        id -> Uuid,
        name -> Text,
        slug -> Text,
        status -> Text,
        time_zone -> Text,
        epoch -> Uuid,
        default_board_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    topics (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        kind -> Text,
        seq -> Int8,
    }
}

diesel::table! {
    users (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        email -> Text,
        full_name -> Text,
        password_hash -> Nullable<Text>,
        role -> Text,
        phone -> Nullable<Text>,
        language -> Nullable<Text>,
        theme -> Nullable<Text>,
        is_active -> Bool,
        last_seen_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        avatar_id -> Nullable<Uuid>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    account_links,
    attachments,
    audit_log,
    boards,
    bot_config,
    bot_flow_versions,
    bot_flows,
    chat_messages,
    chat_reactions,
    chat_room_participants,
    chat_rooms,
    checkpoints,
    commands,
    companies,
    contacts,
    events,
    jobs,
    kept_mails,
    leads,
    notification_preferences,
    notifications,
    search_index,
    second_factors,
    sessions,
    stages,
    tenants,
    topics,
    users
);
