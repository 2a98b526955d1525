use std::{collections::BTreeSet, fmt::Write, fs, os::unix::fs::PermissionsExt};

use clap::{Arg, Args, Command, FromArgMatches, builder::Resettable};

use super::*;

const ENV_EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/.env.example");

#[test]
fn env_example_lists_every_setting() {
    let expected = env_example();
    if std::env::var_os("BALCAO_BLESS").is_some() {
        fs::write(ENV_EXAMPLE, &expected).unwrap();
    }
    let found = fs::read_to_string(ENV_EXAMPLE).unwrap();
    assert_eq!(found, expected, "stale: BALCAO_BLESS=1 scripts/test rust writes it");
}

#[test]
fn a_setting_has_one_name_as_flag_and_in_the_environment() {
    for arg in command().get_arguments().filter(|arg| arg.get_env().is_some()) {
        let flag = arg.get_long().unwrap().replace('-', "_").to_uppercase();
        assert_eq!(flag, env_name(arg));
    }
}

#[test]
fn secrets_show_neither_in_help_nor_in_debug() {
    let config = parse(&["--jwt-secret=hunter2", "--database-url=postgres://u:hunter2@h/d"]).unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
    let shown: BTreeSet<String> = command()
        .get_arguments()
        .filter(|arg| !arg.is_hide_env_values_set())
        .map(env_name)
        .collect();
    for secret in [
        "DATABASE_URL",
        "JWT_SECRET",
        "METRICS_TOKEN",
        "REDIS_URL",
        "REDIS_PASSWORD",
        "S3_ACCESS_KEY_ID",
        "S3_SECRET_ACCESS_KEY",
    ] {
        assert!(!shown.contains(secret), "--help shows {secret}");
    }
}

#[test]
fn production_takes_only_real_secrets_and_full_hashing_cost() {
    let good = "8f14e45fceea167a5a36dedd4bea2543f7c3b0a1d9e8";
    let start = |secret: &str, rounds: &str| {
        let secret = format!("--jwt-secret={secret}");
        parse(&["--balcao-env=production", &secret, "--bcrypt-rounds", rounds])
    };
    start(good, "12").unwrap();
    assert!(matches!(
        parse(&["--balcao-env=production"]),
        Err(ConfigError::NoSecret)
    ));
    assert!(matches!(start("8f14e45fceea167a", "12"), Err(ConfigError::ShortSecret)));
    assert!(matches!(
        start("super-secret-key-min-32-chars-or-more", "12"),
        Err(ConfigError::DefaultSecret)
    ));
    assert!(matches!(start(&"a".repeat(40), "12"), Err(ConfigError::DefaultSecret)));
    assert!(matches!(start(good, "11"), Err(ConfigError::FewBcryptRounds(11))));
    parse(&["--jwt-secret=short", "--bcrypt-rounds=4"]).expect("development takes them");
}

#[test]
fn the_documents_other_names_mean_the_same_settings() {
    let config = parse(&["--secret-key=old", "--jwt-expires-in=1h"]).unwrap();
    assert_eq!(config.signing_secret().unwrap().expose(), "old");
    assert_eq!(config.jwt_access_token_expires.duration().as_secs(), 3600);
    let config = parse(&["--secret-key=old", "--jwt-secret-key=newer", "--jwt-secret=newest"]).unwrap();
    assert_eq!(config.signing_secret().unwrap().expose(), "newest");
}

#[test]
fn a_database_named_in_another_form_is_refused_before_anything_can_quote_it() {
    let refusal = parse(&["--database-url=host=h password=hunter2"]).unwrap_err();
    assert!(matches!(refusal, ConfigError::NotAUrl) && !refusal.to_string().contains("hunter2"));
    parse(&["--database-url=postgresql://ana@h/balcao"]).unwrap();
}

#[test]
fn an_empty_secret_is_refused() {
    for refused in ["--database-url=", "--jwt-secret=", "--metrics-token="] {
        assert!(
            command().try_get_matches_from(["balcao", refused]).is_err(),
            "{refused} was taken"
        );
    }
}

#[test]
fn development_makes_a_secret_once_and_keeps_it_to_itself() {
    let dir = tempfile::tempdir().unwrap();
    let data_dir = dir.path().join("data");
    let config = parse(&["--balcao-data-dir", data_dir.to_str().unwrap()]).unwrap();
    let made = config.signing_secret().unwrap();
    assert!(made.expose().len() >= SHORTEST_SECRET);
    assert_eq!(config.signing_secret().unwrap(), made);
    let path = data_dir.join("jwt-secret");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);

    fs::write(&path, "").unwrap();
    assert!(matches!(config.signing_secret(), Err(ConfigError::BrokenSecret(_))));
}

#[test]
fn spans_of_time_need_a_unit() {
    let seconds = |text: &str| text.parse::<Span>().map(|span| span.duration().as_secs());
    assert_eq!(seconds("90s"), Ok(90));
    assert_eq!(seconds("15m"), Ok(900));
    assert_eq!(seconds("24h"), Ok(86_400));
    assert_eq!(seconds(" 7 d "), Ok(604_800));
    for refused in [
        "24",
        "",
        "m",
        "-1h",
        "1.5h",
        "15 years",
        "0s",
        "4000d",
        "99999999999999999999d",
    ] {
        assert!(seconds(refused).is_err(), "{refused} was taken");
    }
}

#[test]
fn lists_are_separated_by_commas_and_checked_one_by_one() {
    let config = parse(&[
        "--trusted-proxies=10.0.0.0/8,127.0.0.1,::1",
        "--cors-allowed-origins=https://CRM.example.com/,http://localhost:5173",
        "--allowed-hosts=crm.example.com,localhost",
    ])
    .unwrap();
    assert_eq!(config.trusted_proxies.len(), 3);
    let origins: Vec<&str> = config.cors_allowed_origins.iter().map(Origin::as_str).collect();
    assert_eq!(origins, ["https://crm.example.com", "http://localhost:5173"]);
    assert_eq!(config.allowed_hosts, ["crm.example.com", "localhost"]);

    for refused in [
        "--trusted-proxies=proxy",
        "--cors-allowed-origins=*",
        "--cors-allowed-origins=https://a.b/c",
    ] {
        assert!(
            command().try_get_matches_from(["balcao", refused]).is_err(),
            "{refused} was taken"
        );
    }
}

/// The settings alone, deaf to the environment that the tests run in.
fn command() -> Command {
    Config::augment_args(Command::new("balcao"))
}

fn parse(flags: &[&str]) -> Result<Config, ConfigError> {
    let deaf = command().mut_args(|arg| arg.env(Resettable::Reset));
    let matches = deaf.try_get_matches_from(["balcao"].iter().chain(flags)).unwrap();
    Config::from_arg_matches(&matches).unwrap().check()
}

fn env_name(arg: &Arg) -> String {
    arg.get_env().unwrap().to_str().unwrap().to_owned()
}

/// What `.env.example` must say: each setting with its help, commented out where nothing needs to be set.
fn env_example() -> String {
    let mut text = String::from(
        "# Every setting of Balcão with its default. Copy to .env and change what you need.\n\
         # Each is also a flag: `balcao serve --help`.\n",
    );
    let mut heading = String::new();
    let command = command();
    for arg in command
        .get_arguments()
        .filter(|arg| arg.get_env().is_some() && !arg.is_hide_set())
    {
        let section = arg.get_help_heading().unwrap();
        if section != heading {
            heading = section.to_owned();
            write!(text, "\n# --- {heading} ---\n").unwrap();
        }
        let default = arg
            .get_default_values()
            .first()
            .map(|value| value.to_str().unwrap())
            .unwrap_or_default();
        write!(text, "\n# {}\n#{}={default}\n", arg.get_help().unwrap(), env_name(arg)).unwrap();
    }
    text
}
