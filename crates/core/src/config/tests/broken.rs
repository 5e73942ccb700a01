use super::super::StoreOptions;
use super::*;
use crate::{Error, ErrorKind};

/// Broken files, each with the exact message. Where a secret could stand, the canary stands.
const BROKEN: &[(&str, &str)] = &[
    // Not YAML at all.
    (
        "",
        "the configuration is empty (file: feature_store.yaml); it needs at least `project: NAME` and `registry: PATH`",
    ),
    (
        "# only a comment\n",
        "the configuration is empty (file: feature_store.yaml); it needs at least `project: NAME` and `registry: PATH`",
    ),
    (
        "~",
        "the configuration is empty (file: feature_store.yaml); it needs at least `project: NAME` and `registry: PATH`",
    ),
    (
        "just text c4nary",
        "expected a mapping of options, found text (file: feature_store.yaml); write one `key: value` per line, such as `project: NAME`",
    ),
    (
        "- project: demo\n",
        "expected a mapping of options, found a list (file: feature_store.yaml); write one `key: value` per line, such as `project: NAME`",
    ),
    (
        "42",
        "expected a mapping of options, found a number (file: feature_store.yaml); write one `key: value` per line, such as `project: NAME`",
    ),
    (
        "project: demo\n\tregistry: r.db\n",
        "not valid YAML: found a tab character that violates indentation, while scanning a plain scalar at line 1 column 10 (file: feature_store.yaml, line: 2); indent with spaces: this line starts with a tab",
    ),
    (
        "project: demo\nonline_store:\n\ttype: sqlite\n",
        "not valid YAML: found character that cannot start any token, while scanning for the next token (file: feature_store.yaml, line: 3); indent with spaces: this line starts with a tab",
    ),
    (
        "project: demo: c4nary\n",
        "not valid YAML: mapping values are not allowed in this context (file: feature_store.yaml, line: 1); put a value that holds `: ` in quotes, and check the indentation",
    ),
    (
        "project: [demo\nregistry: r.db\n",
        "not valid YAML: did not find expected ',' or ']', while parsing a flow sequence at line 1 column 10 (file: feature_store.yaml, line: 2); check the indentation, quotes and brackets up to this line",
    ),
    (
        "project: {demo\n",
        "not valid YAML: did not find expected ',' or '}', while parsing a flow mapping at line 1 column 10 (file: feature_store.yaml, line: 2); check the indentation, quotes and brackets up to this line",
    ),
    (
        "project: 'demo\nregistry: c4nary\n",
        "not valid YAML: found unexpected end of stream, while scanning a quoted scalar at line 1 column 10 (file: feature_store.yaml, line: 3); check the indentation, quotes and brackets up to this line",
    ),
    (
        "project: \"\\q\"\n",
        "not valid YAML: found unknown escape character, while parsing a quoted scalar at line 1 column 10 (file: feature_store.yaml, line: 1); check the indentation, quotes and brackets up to this line",
    ),
    (
        "project: @demo\n",
        "not valid YAML: found character that cannot start any token, while scanning for the next token (file: feature_store.yaml, line: 1); put a value that starts with `@`, a backtick or `%` in quotes",
    ),
    (
        "project: `demo`\n",
        "not valid YAML: found character that cannot start any token, while scanning for the next token (file: feature_store.yaml, line: 1); put a value that starts with `@`, a backtick or `%` in quotes",
    ),
    (
        "project: *nothing\n",
        "not valid YAML: unknown anchor (file: feature_store.yaml, line: 1); put a value that starts with `*` in quotes, or define the anchor with `&` first",
    ),
    (
        "project: demo\n registry: r.db\n",
        "not valid YAML: mapping values are not allowed in this context (file: feature_store.yaml, line: 2); put a value that holds `: ` in quotes, and check the indentation",
    ),
    (
        "project: demo\nregistry\n",
        "not valid YAML: could not find expected ':', while scanning a simple key at line 2 column 1 (file: feature_store.yaml, line: 3); check the indentation, quotes and brackets up to this line",
    ),
    (
        "project: demo\n---\nregistry: r.db\n",
        "expected one YAML document, found several (file: feature_store.yaml); keep one document and remove the `---` between them",
    ),
    (
        "project: !env DEMO\n",
        "tags such as `!name` are not taken (file: feature_store.yaml, line: 1); remove the tag, or put the value in quotes",
    ),
    (
        "project: demo\nregistry: r.db\npassword: !!int c4nary\n",
        "a value does not fit its YAML tag (file: feature_store.yaml, line: 3); remove the `!!tag` before the value",
    ),
    (
        "project: de\u{7}mo\n",
        "not valid YAML: control characters are not allowed at position 11 (file: feature_store.yaml, line: 1); save the file as plain UTF-8 text",
    ),
    // Keys.
    (
        "project: demo\nregistry: r.db\nproject: again\n",
        "the key `project` is given twice (file: feature_store.yaml, line: 3); keep one of the two",
    ),
    (
        "project: demo\nregistry: r.db\nonline_store:\n  password: c4nary\n  password: c4nary\n",
        "the key `password` is given twice (file: feature_store.yaml, line: 5); keep one of the two",
    ),
    (
        "project: demo\nregistry: r.db\n1: x\n",
        "expected text as a key, found a number (file: feature_store.yaml, line: 3); put the key in quotes, or check the indentation",
    ),
    (
        "{{a: b}}: c4nary\n",
        "expected text as a key, found a list or a mapping (file: feature_store.yaml, line: 1); put a value that starts with `{` or `[` in quotes",
    ),
    (
        "project: demo\nregistry: {{REGISTRY}}\n",
        "expected text as a key, found a list or a mapping (file: feature_store.yaml, line: 2); put a value that starts with `{` or `[` in quotes",
    ),
    (
        "project: demo\nregistry: r.db\n<<: c4nary\n",
        "not valid YAML: expected a mapping or list of mappings for merging, but found scalar (file: feature_store.yaml); after `<<:` write the alias of a mapping, such as `*base`",
    ),
    // The project.
    (
        "registry: r.db\n",
        "missing option `project` (file: feature_store.yaml, field: project); add `project` (string): a name of letters, digits and underscores",
    ),
    (
        "projct: demo\nregistry: r.db\n",
        "missing option `project` (file: feature_store.yaml, field: project); rename `projct` (line 1) to `project`",
    ),
    (
        "project: 12345\nregistry: r.db\n",
        "expected text, found the number 12345 (file: feature_store.yaml, line: 1, field: project); put the value in quotes",
    ),
    (
        "project:\nregistry: r.db\n",
        "expected text, found nothing (file: feature_store.yaml, line: 1, field: project); give it a value, or remove the option",
    ),
    (
        "project: [a]\nregistry: r.db\n",
        "expected text, found a list (file: feature_store.yaml, line: 1, field: project); write a single text",
    ),
    (
        "project: my-project\nregistry: r.db\n",
        "project name `my-project` contains '-' (file: feature_store.yaml, line: 1, field: project); use letters, digits and underscores, starting with a letter or digit",
    ),
    (
        "project: _x\nregistry: r.db\n",
        "project name `_x` starts with an underscore (file: feature_store.yaml, line: 1, field: project); use letters, digits and underscores, starting with a letter or digit",
    ),
    (
        "project: ''\nregistry: r.db\n",
        "project name `` is empty (file: feature_store.yaml, line: 1, field: project); use letters, digits and underscores, starting with a letter or digit",
    ),
    (
        "project: $DEMO_UNSET\nregistry: r.db\n",
        "project name `$DEMO_UNSET` contains '$' (file: feature_store.yaml, line: 1, field: project); use letters, digits and underscores, starting with a letter or digit",
    ),
    // Plain keys.
    (
        "project: demo\nregistry: r.db\nprovider: 5\n",
        "expected text, found the number 5 (file: feature_store.yaml, line: 3, field: provider); put the value in quotes",
    ),
    (
        "project: demo\nregistry: r.db\nproject_description: [a]\n",
        "expected text, found a list (file: feature_store.yaml, line: 3, field: project_description); write a single text",
    ),
    (
        "project: demo\nregistry: r.db\nentity_key_serialization_version: 4\n",
        "there is no entity key serialization version 4 (file: feature_store.yaml, line: 3, field: entity_key_serialization_version); use 3, which is what Feast writes; 0, 1 and 2 are read and written for old stores",
    ),
    (
        "project: demo\nregistry: r.db\nentity_key_serialization_version: '3'\n",
        "expected a whole number, found the text `3` (file: feature_store.yaml, line: 3, field: entity_key_serialization_version); write it without quotes",
    ),
    (
        "project: demo\nregistry: r.db\nentity_key_serialization_version: 3.0\n",
        "expected a whole number, found the number 3.0 (file: feature_store.yaml, line: 3, field: entity_key_serialization_version); write digits only, such as 10",
    ),
    (
        "project: demo\nregistry: r.db\ncoerce_tz_aware: maybe\n",
        "expected true or false, found the text `maybe` (file: feature_store.yaml, line: 3, field: coerce_tz_aware); write `true` or `false`",
    ),
    (
        "project: demo\nregistry: r.db\nmaterialization: 5\n",
        "expected a mapping, found the number 5 (file: feature_store.yaml, line: 3, field: materialization); write `key: value` lines below it",
    ),
    (
        "project: demo\nregistry: r.db\nmaterialization:\n  online_write_batch_size: 0\n",
        "expected a whole number of at least 1, found the number 0 (file: feature_store.yaml, line: 4, field: materialization.online_write_batch_size); write a number in this range",
    ),
    (
        "project: demo\nregistry: r.db\nmaterialization:\n  pull_latest_features: 1\n",
        "expected true or false, found the number 1 (file: feature_store.yaml, line: 4, field: materialization.pull_latest_features); write `true` or `false`",
    ),
    (
        "project: demo\nregistry: r.db\nlarder: {speed: 11}\n",
        "unknown option `speed` of larder (file: feature_store.yaml, line: 3, field: larder.speed); no option is allowed here",
    ),
    (
        "project: demo\nregistry: r.db\nlarder: fast\n",
        "expected a mapping, found text (file: feature_store.yaml, line: 3, field: larder); remove the key `larder`",
    ),
    // The registry.
    (
        "project: demo\n",
        "missing option `registry` (file: feature_store.yaml, field: registry); add `registry`, such as `data/registry.db`",
    ),
    (
        "project: demo\nregistri: r.db\n",
        "missing option `registry` (file: feature_store.yaml, field: registry); rename `registri` (line 2) to `registry`",
    ),
    (
        "project: demo\nregistry:\n",
        "expected a path or a mapping, found nothing (file: feature_store.yaml, line: 2, field: registry); write a path such as `data/registry.db`",
    ),
    (
        "project: demo\nregistry: 5\n",
        "expected a path or a mapping, found a number (file: feature_store.yaml, line: 2, field: registry); write a path such as `data/registry.db`",
    ),
    (
        "project: demo\nregistry: [r.db]\n",
        "expected a path or a mapping, found a list (file: feature_store.yaml, line: 2, field: registry); write a path such as `data/registry.db`",
    ),
    (
        "project: demo\nregistry: ''\n",
        "the registry has no path (file: feature_store.yaml, line: 2, field: registry.path); add `path`, such as `data/registry.db`",
    ),
    (
        "project: demo\nregistry: {registry_type: sql}\n",
        "the registry has no path (file: feature_store.yaml, line: 2, field: registry.path); add `path`, such as `data/registry.db`",
    ),
    (
        "project: demo\nregistry:\n  path: r.db\n  cache_ttl_second: 5\n",
        "unknown option `cache_ttl_second` of the registry (file: feature_store.yaml, line: 4, field: registry.cache_ttl_second); did you mean `cache_ttl_seconds`? allowed: registry_type, registry_store_type, path, read_path, cache_ttl_seconds, cache_mode, s3_additional_kwargs, purge_feast_metadata, enable_online_feature_view_versioning, serve_features_while_materializing, sqlalchemy_config_kwargs, thread_pool_executor_worker_count, schema_mode, mcp",
    ),
    (
        "project: demo\nregistry:\n  path: r.db\n  cache_ttl_seconds: -1\n",
        "expected a whole number of at least 0, found the number -1 (file: feature_store.yaml, line: 4, field: registry.cache_ttl_seconds); write a number in this range",
    ),
    (
        "project: demo\nregistry:\n  path: r.db\n  cache_ttl_seconds: 10m\n",
        "expected a whole number of at least 0, found the text `10m` (file: feature_store.yaml, line: 4, field: registry.cache_ttl_seconds); write digits only, such as 10",
    ),
    (
        "project: demo\nregistry:\n  path: r.db\n  cache_mode: synch\n",
        "expected one of: sync, thread, found the text `synch` (file: feature_store.yaml, line: 4, field: registry.cache_mode); did you mean `sync`?",
    ),
    (
        "project: demo\nregistry:\n  registry_type: 7\n  path: r.db\n",
        "expected text, found the number 7 (file: feature_store.yaml, line: 3, field: registry.registry_type); put the value in quotes",
    ),
    (
        "project: demo\nregistry:\n  path: [r.db]\n",
        "expected text, found a list (file: feature_store.yaml, line: 3, field: registry.path); write a single text",
    ),
    (
        "project: demo\nregistry:\n  path: r.db\n  s3_additional_kwargs: {a: 1}\n",
        "expected text, found the number 1 (file: feature_store.yaml, line: 4, field: registry.s3_additional_kwargs.a); put the value in quotes",
    ),
    (
        "project: demo\nregistry: {path: 'postgresql://bob:c4nary@db', 7: x}\n",
        "expected text as a key, found a number (file: feature_store.yaml, line: 2); put the key in quotes, or check the indentation",
    ),
    // The online store.
    (
        "project: demo\nregistry: r.db\nonline_store: 5\n",
        "expected a store type or a mapping, found a number (file: feature_store.yaml, line: 3, field: online_store); write `type: NAME` and the store's options below it",
    ),
    (
        "project: demo\nregistry: r.db\nonline_store: [redis]\n",
        "expected a store type or a mapping, found a list (file: feature_store.yaml, line: 3, field: online_store); write `type: NAME` and the store's options below it",
    ),
    (
        "project: demo\nregistry: r.db\nonline_store: redis://:c4nary@host\n",
        "expected the name of a store, found text (file: feature_store.yaml, line: 3, field: online_store.type); write a type such as `sqlite`",
    ),
    (
        "project: demo\nregistry: r.db\nonline_store:\n  path: x\n  type:\n",
        "expected the name of a store, found nothing (file: feature_store.yaml, line: 5, field: online_store.type); write a type such as `sqlite`",
    ),
    (
        "project: demo\nregistry: r.db\nonline_store:\n  type: demo\n  pth: c4nary\n",
        "unknown option `pth` of online store `demo` (file: feature_store.yaml, line: 5, field: online_store.pth); did you mean `path`? allowed: path, port, durability, password, verbose, hosts, ratio, tls, address",
    ),
    (
        "project: demo\nregistry: r.db\nonline_store:\n  type: demo\n  path: x\n  pasword: c4nary\n",
        "unknown option `pasword` of online store `demo` (file: feature_store.yaml, line: 6, field: online_store.pasword); did you mean `password`? allowed: path, port, durability, password, verbose, hosts, ratio, tls, address",
    ),
    (
        "project: demo\nregistry: r.db\nonline_store: {type: demo,\n  path: x, zebra: c4nary}\n",
        "unknown option `zebra` of online store `demo` (file: feature_store.yaml, line: 4, field: online_store.zebra); allowed: path, port, durability, password, verbose, hosts, ratio, tls, address",
    ),
    (
        "project: demo\nregistry: r.db\nonline_store:\n  type: demo\n  password: c4nary\n",
        "missing option `path` of online store `demo` (file: feature_store.yaml, line: 3, field: online_store.path); add `path` (string): Where the data is, relative to the repository.",
    ),
    (
        "project: demo\nregistry: r.db\nonline_store: {type: demo, path: 5, password: c4nary}\n",
        "expected text, found the number 5 (file: feature_store.yaml, line: 3, field: online_store.path); put the value in quotes",
    ),
    (
        "project: demo\nregistry: r.db\nonline_store:\n  type: demo\n  path: x\n  port: 70000\n",
        "expected a whole number from 0 to 65535, found the number 70000 (file: feature_store.yaml, line: 6, field: online_store.port); write a number in this range",
    ),
    (
        "project: demo\nregistry: r.db\nonline_store:\n  type: demo\n  path: x\n  port: '6379'\n",
        "expected a whole number from 0 to 65535, found the text `6379` (file: feature_store.yaml, line: 6, field: online_store.port); write it without quotes",
    ),
    (
        "project: demo\nregistry: r.db\nonline_store:\n  type: demo\n  path: x\n  port: ${DEMO_PORT}\n",
        "expected a whole number from 0 to 65535, found the text `${DEMO_PORT}` (file: feature_store.yaml, line: 6, field: online_store.port); set the environment variable",
    ),
    (
        "project: demo\nregistry: r.db\nonline_store:\n  type: demo\n  path: x\n  port: postgres://u:c4nary@h\n",
        "expected a whole number from 0 to 65535, found the text `postgres://u:***@h` (file: feature_store.yaml, line: 6, field: online_store.port); write digits only, such as 10",
    ),
    (
        "project: demo\nregistry: r.db\nonline_store:\n  type: demo\n  path: x\n  durability: ful\n",
        "expected one of: full, normal, found the text `ful` (file: feature_store.yaml, line: 6, field: online_store.durability); did you mean `full`?",
    ),
    (
        "project: demo\nregistry: r.db\nonline_store:\n  type: demo\n  path: x\n  password: [c4nary]\n",
        "expected a secret (text, or file:PATH), found a list (file: feature_store.yaml, line: 6, field: online_store.password); write a single text",
    ),
    (
        "project: demo\nregistry: r.db\nonline_store:\n  type: demo\n  path: x\n  password: 'file:'\n",
        "cannot use option `password` of online store `demo`: no path follows the colon (file: feature_store.yaml, line: 6, field: online_store.password); correct the value",
    ),
    (
        "project: demo\nregistry: r.db\nonline_store:\n  type: demo\n  path: x\n  verbose: 1\n",
        "expected true or false, found the number 1 (file: feature_store.yaml, line: 6, field: online_store.verbose); write `true` or `false`",
    ),
    (
        "project: demo\nregistry: r.db\nonline_store:\n  type: demo\n  path: x\n  hosts: a\n",
        "expected a list of string, found the text `a` (file: feature_store.yaml, line: 6, field: online_store.hosts); write a list, such as `[a, b]`",
    ),
    (
        "project: demo\nregistry: r.db\nonline_store:\n  type: demo\n  path: x\n  hosts:\n  - a\n  - 5\n",
        "expected text, found the number 5 (file: feature_store.yaml, line: 8, field: online_store.hosts.1); put the value in quotes",
    ),
    (
        "project: demo\nregistry: r.db\nonline_store:\n  type: demo\n  path: x\n  ratio: high\n",
        "expected a number, found the text `high` (file: feature_store.yaml, line: 6, field: online_store.ratio); write a number, such as 0.5",
    ),
    (
        "project: demo\nregistry: r.db\nonline_store:\n  type: demo\n  path: x\n  tls:\n    client_key: c4nary\n",
        "missing option `ca_file` of online store `demo` (file: feature_store.yaml, line: 6, field: online_store.tls.ca_file); add `ca_file` (string)",
    ),
    (
        "project: demo\nregistry: r.db\nonline_store:\n  type: demo\n  path: x\n  tls:\n    ca: c4nary\n    ca_file: y\n",
        "unknown option `ca` of online store `demo` (file: feature_store.yaml, line: 7, field: online_store.tls.ca); allowed: ca_file, client_key, verify",
    ),
    (
        "project: demo\nregistry: r.db\nonline_store:\n  type: demo\n  path: x\n  tls: {ca_file: y, client_key: {a: c4nary}}\n",
        "expected a secret (text, or file:PATH), found a mapping (file: feature_store.yaml, line: 6, field: online_store.tls.client_key); write a single text",
    ),
    (
        "project: demo\nregistry: r.db\nonline_store:\n  type: demo\n  path: x\n  address: nowhere\n",
        "cannot use option `address` of online store `demo`: `nowhere` has no port (file: feature_store.yaml, line: 6, field: online_store.address); correct the value",
    ),
    (
        "project: demo\nregistry: r.db\nonline_store:\n  type: demo\n  path: x\n  password: c4nary\n  address: c4nary\n",
        "cannot use option `address` of online store `demo`: it is not accepted (file: feature_store.yaml, line: 7, field: online_store.address); correct the value",
    ),
    (
        "project: demo\nregistry: r.db\nonline_store:\n  type: demo\n  path: x\n  password: ${DEMO_PASSWORD}\n  pth: y\n",
        "unknown option `pth` of online store `demo` (file: feature_store.yaml, line: 7, field: online_store.pth); did you mean `path`? allowed: path, port, durability, password, verbose, hosts, ratio, tls, address",
    ),
    (
        "project: demo\nregistry: r.db\nb: &b {pth: c4nary}\nonline_store:\n  type: demo\n  <<: *b\n",
        "unknown option `pth` of online store `demo` (file: feature_store.yaml, line: 4, field: online_store.pth); did you mean `path`? allowed: path, port, durability, password, verbose, hosts, ratio, tls, address",
    ),
];

fn refuse(text: &str) -> Error {
    parse_both(text).map(drop).expect_err(text)
}

#[test]
fn every_broken_file_has_its_message() {
    let mut wrong = Vec::new();
    for (text, expected) in BROKEN {
        let error = refuse(text);
        assert_eq!(error.kind(), ErrorKind::InvalidConfig, "{text}");
        if error.to_string() != *expected {
            wrong.push(format!("{text:?}\n  is       {error}\n  expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), BROKEN.len(), wrong.join("\n"));
}

#[test]
fn no_message_shows_a_secret() {
    for (text, _) in BROKEN {
        let error = refuse(text);
        let shown = format!("{error} {error:?} {:?} {:?}", error.message(), error.context());
        assert!(!shown.contains(CANARY), "{text:?}: {shown}");
    }
}

#[test]
fn sizes_are_limited() {
    let long = format!("project: demo\nregistry: r.db\n# {}\n", "x".repeat(1 << 20));
    assert_eq!(
        refuse(&long).to_string(),
        "the configuration is 1048608 bytes long (file: feature_store.yaml); \
         at most 1048576 bytes are read; is this the right file?"
    );

    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let below = format!("*a{},", level - 1).repeat(10);
        bomb.push_str(&format!("a{level}: &a{level} [{below}]\n"));
    }
    let message = refuse(&bomb).to_string();
    assert!(message.ends_with("write the values out without so many `&anchors` and `*aliases`"), "{message}");

    // One long list behind many aliases gets past a limit on the number of aliases alone.
    let wide = format!("a: &a [{}]\nb: [{}]\n", "x,".repeat(50_000), "*a,".repeat(50_000));
    assert_eq!(
        refuse(&wide).to_string(),
        "the configuration holds more than 100000 values (file: feature_store.yaml, line: 1); \
         write the values out without so many `&anchors` and `*aliases`"
    );

    let deep = format!("project: {}{}\n", "[".repeat(1000), "]".repeat(1000));
    assert!(refuse(&deep).to_string().starts_with("the YAML nests too deeply"), "{}", refuse(&deep));
}

#[test]
fn nothing_is_shown_by_debug() {
    let (config, demo) = parse_both(
        "project: demo\nregistry: mysql://u:c4nary@h/db\nonline_store: {type: demo, path: x, password: c4nary}\n",
    )
    .unwrap();
    let shown = format!("{config:?} {demo:?} {:?} {:?}", config.online_store, config.registry);
    assert!(!shown.contains(CANARY), "{shown}");
}

#[test]
fn a_bare_text_is_a_store() {
    assert_eq!(StoreOptions::from_yaml("sqlite").unwrap().type_name(), "sqlite");
    let error = StoreOptions::from_yaml("").unwrap_err();
    assert_eq!(error.to_string(), "expected an online store, found nothing; write `type: NAME` and its options");
    let located = StoreOptions::from_yaml("type: demo\npath: x").unwrap().locate(Error::invalid_config("bad"), "path");
    assert_eq!(located.to_string(), "bad (line: 2, field: path)");
}

#[test]
fn damaged_files_neither_panic_nor_leak() {
    const WHOLE: &str = "project: demo # é\nregistry: {path: 'mysql://u:c4nary@h/db', cache_mode: thread}\nonline_store:\n  \
        type: demo\n  path: &p \"x\"\n  hosts: [*p, b]\n  password: c4nary\n  tls:\n    ca_file: |\n      y\n    client_key: c4nary\n";
    parse_both(WHOLE).unwrap();
    let ends = WHOLE.char_indices().map(|(at, _)| at);
    let cut = ends.clone().map(|at| WHOLE[..at].to_owned());
    let without =
        ends.clone().map(|at| WHOLE.char_indices().filter(|(other, _)| *other != at).map(|(_, c)| c).collect());
    let with = ends.flat_map(|at| ["\t", ":", "'", "[", "\n"].map(|c| format!("{}{c}{}", &WHOLE[..at], &WHOLE[at..])));
    let mut refused = 0;
    for text in cut.chain(without).chain(with) {
        let Err(error) = parse_both_or_none(&text) else { continue };
        refused += 1;
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(CANARY), "{text}: {shown}");
        assert!(error.context().iter().any(|(name, _)| *name == "file"), "{shown}");
        assert!(error.hint().is_some(), "{shown}");
    }
    assert!(refused > 300, "{refused}");
}

fn parse_both_or_none(text: &str) -> crate::Result<()> {
    parse(text)?.online_store.map_or(Ok(()), |store| store.parse::<Demo>().map(drop))
}
