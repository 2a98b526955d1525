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
    ai_usage (tenant_id, month) {
        tenant_id -> Uuid,
        month -> Date,
        tokens -> Int8,
    }
}

diesel::table! {
    allocations (tenant_id, run_id, place) {
        tenant_id -> Uuid,
        run_id -> Uuid,
        place -> Int4,
        from_seller_id -> Nullable<Uuid>,
        to_seller_id -> Nullable<Uuid>,
        reason -> Text,
        choice -> Nullable<Text>,
        client_ids -> Array<Uuid>,
    }
}

diesel::table! {
    assignments (tenant_id, client_id) {
        tenant_id -> Uuid,
        client_id -> Uuid,
        seller_id -> Nullable<Uuid>,
        placed_by_hand -> Bool,
        reason -> Text,
        choice -> Nullable<Text>,
        run_id -> Uuid,
        assigned_at -> Timestamptz,
        last_seller_id -> Nullable<Uuid>,
        contacted_at -> Nullable<Timestamptz>,
        cycle -> Nullable<Int8>,
        purchase_at -> Nullable<Timestamptz>,
        contact_record_id -> Nullable<Uuid>,
        outcome -> Nullable<Text>,
        notes -> Nullable<Text>,
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
        updated_by -> Nullable<Jsonb>,
    }
}

diesel::table! {
    channels (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        kind -> Text,
        name -> Text,
        config -> Jsonb,
        public_key -> Text,
        status -> Text,
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
    client_contacts (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        client_id -> Uuid,
        seller_id -> Uuid,
        outcome -> Nullable<Text>,
        notes -> Nullable<Text>,
        contacted_at -> Timestamptz,
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
    contact_identities (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        contact_id -> Uuid,
        channel_id -> Uuid,
        external_id -> Text,
        created_at -> Timestamptz,
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
        region -> Nullable<Text>,
        tags -> Array<Text>,
        company_id -> Nullable<Uuid>,
        owner_id -> Nullable<Uuid>,
        notes -> Nullable<Text>,
        custom -> Jsonb,
        created_by -> Nullable<Uuid>,
        last_purchase_at -> Nullable<Timestamptz>,
        total_spent -> Numeric,
        order_count -> Int8,
        name_key -> Text,
        search_text -> Text,
    }
}

diesel::table! {
    conversation_transfers (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        conversation_id -> Uuid,
        from_party -> Jsonb,
        to_party -> Jsonb,
        by -> Nullable<Jsonb>,
        reason -> Nullable<Text>,
        transferred_at -> Timestamptz,
    }
}

diesel::table! {
    conversations (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        channel_id -> Uuid,
        contact_id -> Uuid,
        identity_id -> Uuid,
        owner -> Jsonb,
        owner_epoch -> Int8,
        status -> Text,
        assigned_user_id -> Nullable<Uuid>,
        queue_id -> Nullable<Uuid>,
        is_bot_active -> Bool,
        tags -> Array<Text>,
        priority -> Text,
        fields -> Jsonb,
        read_number -> Int8,
        read_tally -> Int8,
        last_message_at -> Nullable<Timestamptz>,
        resolution -> Nullable<Text>,
        rating -> Nullable<Jsonb>,
        started_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    distribution_runs (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        number -> Int8,
        occasion -> Text,
        settings -> Jsonb,
        online -> Array<Uuid>,
        moved -> Int4,
        actor -> Jsonb,
        at -> Timestamptz,
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
    floors (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        settings -> Jsonb,
        cycle -> Int8,
        cycle_began_at -> Timestamptz,
        runs -> Int8,
    }
}

diesel::table! {
    imports (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        filename -> Text,
        status -> Text,
        mapping -> Jsonb,
        file -> Nullable<Bytea>,
        total -> Int4,
        processed -> Int4,
        created -> Int4,
        updated -> Int4,
        rejected -> Int4,
        errors -> Jsonb,
        created_by -> Jsonb,
        created_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
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
    messages (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        conversation_id -> Uuid,
        number -> Int8,
        tally -> Int8,
        sender_type -> Text,
        sender_user_id -> Nullable<Uuid>,
        sender_name -> Text,
        content -> Text,
        message_type -> Text,
        attachment_id -> Nullable<Uuid>,
        reply_to -> Nullable<Uuid>,
        metadata -> Jsonb,
        whatsapp_message_id -> Nullable<Text>,
        delivery -> Text,
        error -> Nullable<Text>,
        created_at -> Timestamptz,
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
    orders (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        contact_id -> Uuid,
        product_id -> Nullable<Uuid>,
        number -> Nullable<Text>,
        value -> Numeric,
        ordered_at -> Timestamptz,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    products (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        name -> Text,
        sku -> Nullable<Text>,
        price -> Nullable<Numeric>,
        description -> Nullable<Text>,
        is_active -> Bool,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        name_key -> Text,
    }
}

diesel::table! {
    queues (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        name -> Text,
        created_at -> Timestamptz,
        business_hours -> Nullable<Jsonb>,
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
    sellers (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        weight -> Int4,
        capacity -> Nullable<Int4>,
        regions -> Array<Text>,
        tags -> Array<Text>,
        is_paused -> Bool,
        is_online -> Bool,
        online_since -> Nullable<Timestamptz>,
        online_until -> Nullable<Timestamptz>,
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
    ai_usage,
    allocations,
    assignments,
    attachments,
    audit_log,
    boards,
    bot_config,
    bot_flow_versions,
    bot_flows,
    channels,
    chat_messages,
    chat_reactions,
    chat_room_participants,
    chat_rooms,
    checkpoints,
    client_contacts,
    commands,
    companies,
    contact_identities,
    contacts,
    conversation_transfers,
    conversations,
    distribution_runs,
    events,
    floors,
    imports,
    jobs,
    kept_mails,
    leads,
    messages,
    notification_preferences,
    notifications,
    orders,
    products,
    queues,
    search_index,
    second_factors,
    sellers,
    sessions,
    stages,
    tenants,
    topics,
    users
);
