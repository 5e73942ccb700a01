//! What the store keeps in the file, against a file that Feast 0.67 wrote.
#![allow(clippy::unwrap_used)] // in helpers of tests too

use std::path::Path;
use std::sync::{Arc, Mutex};

use larder_core::{
    ConnectContext, Error, ErrorKind, FeatureView, Field, InfraChanges, JoinKey, KeyBatch, OnlineStore, Plugins,
    ReadRequest, Result, RetryHint, ScanRequest, StoreDescriptor, StoreOptions, Timestamp, Value, ValueType,
    WriteBatch,
};
use larder_store_sqlite::Sqlite;
use rusqlite::Connection;

type Store = Arc<dyn OnlineStore>;

async fn connect_with(folder: &Path, options: &str, context: ConnectContext) -> Result<Store> {
    let plugins = Plugins::of([StoreDescriptor::of::<Sqlite>("test")])?;
    let options = StoreOptions::from_yaml(&format!("type: sqlite\npath: data/online.db\n{options}"))?;
    plugins.connect(&options, ConnectContext { repo_path: folder.to_owned(), ..context }).await
}

async fn connect(folder: &Path, options: &str) -> Store {
    connect_with(folder, options, ConnectContext::new("p", folder)).await.unwrap()
}

fn raw(folder: &Path) -> Connection {
    std::fs::create_dir_all(folder.join("data")).unwrap();
    Connection::open(folder.join("data/online.db")).unwrap()
}

fn view(project: &str, name: &str, features: &[&str]) -> Arc<FeatureView> {
    let key = JoinKey { name: "id".into(), value_type: ValueType::Int64 };
    let features = features.iter().map(|name| Field::new(*name, ValueType::Int64)).collect();
    Arc::new(FeatureView::new(project, name, vec![key], features))
}

async fn apply(store: &Store, view: &Arc<FeatureView>) {
    let changes = InfraChanges { views_to_keep: vec![Arc::clone(view)], ..InfraChanges::default() };
    store.update(&changes).await.unwrap();
}

async fn write(store: &Store, view: &Arc<FeatureView>, event_us: i64, values: &[Value]) -> Result<usize> {
    let mut builder = WriteBatch::builder(Arc::clone(view));
    let encoded: Vec<_> = values.iter().map(Value::to_bytes).collect();
    builder.push(b"k", Timestamp::from_micros(event_us), None, encoded.iter().map(Vec::as_slice))?;
    store.online_write_batch(&builder.finish()).await.map(|report| report.written())
}

/// The event time and the first value of the key `k`.
async fn read(store: &Store, view: &Arc<FeatureView>) -> Result<Option<(i64, Value)>> {
    let keys = Arc::new(KeyBatch::from_iter([&b"k"[..]]));
    let request = ReadRequest { view: Arc::clone(view), features: Arc::new([0]), keys };
    let rows = store.online_read(&[request]).await?;
    let row = rows[0].row(0);
    row.map(|row| Ok((row.event_timestamp().micros(), Value::decode(row.value(0).unwrap_or_default())?))).transpose()
}

#[tokio::test]
async fn reads_every_row_that_feast_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let golden = raw(folder.path());
    std::fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/feast_online_store.db"), golden.path().unwrap())
        .unwrap();
    let golden = raw(folder.path());
    let store = connect(folder.path(), "").await;
    let mut seen = 0;
    for name in strings(&golden, "SELECT name FROM sqlite_master WHERE type = 'table'") {
        let features = strings(&golden, &format!("SELECT DISTINCT feature_name FROM {name} ORDER BY rowid"));
        let features: Vec<_> = features.iter().map(String::as_str).collect();
        let view = view("feast_vec", name.strip_prefix("feast_vec_").unwrap(), &features);
        let mut cursor = None;
        loop {
            let all = (0..features.len()).collect();
            let scan = ScanRequest { view: Arc::clone(&view), features: all, cursor, limit: 2 };
            let page = store.scan(&scan).await.unwrap();
            for (key, row) in page.keys.iter().zip(page.rows.iter()) {
                let row = row.unwrap();
                for (i, feature) in features.iter().enumerate() {
                    let select =
                        format!("SELECT value, event_ts FROM {name} WHERE entity_key = ?1 AND feature_name = ?2");
                    let (value, seconds): (Vec<u8>, i64) = golden
                        .query_row(&select, rusqlite::params![key, feature], |row| Ok((row.get(0)?, row.get(1)?)))
                        .unwrap();
                    assert_eq!(row.value(i), Some(value.as_slice()), "{name}.{feature}");
                    assert_eq!(row.event_timestamp().micros(), seconds * 1_000_000);
                    Value::decode(&value).unwrap();
                    seen += 1;
                }
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
    }
    let count =
        |table: String| golden.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, i64>(0));
    let tables = strings(&golden, "SELECT name FROM sqlite_master WHERE type = 'table'");
    assert_eq!(seen, tables.into_iter().map(|table| count(table).unwrap()).sum::<i64>());
    assert!(seen > 100);
}

fn strings(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(|text| text.unwrap()).collect()
}

#[tokio::test]
async fn tables_have_feasts_columns_key_and_index_and_one_column_more() {
    let feast = Connection::open(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/feast_online_store.db")).unwrap();
    let columns = |connection: &Connection, table: &str| {
        strings(connection, &format!("SELECT name || ' ' || type || ' ' || pk FROM pragma_table_info('{table}')"))
    };
    for layout in ["compact", "feast"] {
        let folder = tempfile::tempdir().unwrap();
        let store = connect(folder.path(), &format!("table_layout: {layout}")).await;
        apply(&store, &view("p", "v", &["a"])).await;
        let ours = raw(folder.path());
        let mut expected = columns(&feast, "feast_vec_shop_stats");
        expected.push("event_us INTEGER 0".to_owned());
        assert_eq!(columns(&ours, "p_v"), expected);
        assert_eq!(
            strings(&ours, "SELECT name FROM pragma_index_list('p_v') ORDER BY name"),
            ["p_v_ek", "sqlite_autoindex_p_v_1"]
        );
        assert_eq!(strings(&ours, "SELECT name FROM pragma_index_info('p_v_ek')"), ["entity_key"]);
    }
}

#[tokio::test]
async fn value_text_is_feasts() {
    let folder = tempfile::tempdir().unwrap();
    let store = connect(folder.path(), "").await;
    let view = view("p", "v", &["a", "b", "c", "d", "e", "f", "g"]);
    apply(&store, &view).await;
    let values = [
        Value::Float(0.1),
        Value::Double(f64::NAN),
        Value::Bool(true),
        Value::String("é".into()),
        Value::Int64(-7),
        Value::Null,
        Value::Int64List(vec![1]),
    ];
    write(&store, &view, 0, &values).await.unwrap();
    let text = "SELECT coalesce(value_text, 'NULL') FROM p_v ORDER BY feature_name";
    assert_eq!(strings(&raw(folder.path()), text), ["0.10000000149011612", "nan", "True", "é", "-7", "NULL", "NULL"]);
}

#[tokio::test]
async fn what_feast_overwrites_loses_its_microseconds() {
    let folder = tempfile::tempdir().unwrap();
    let store = connect(folder.path(), "").await;
    let view = view("p", "v", &["a"]);
    apply(&store, &view).await;
    write(&store, &view, 10_500_000, &[Value::Int64(1)]).await.unwrap();
    assert_eq!(read(&store, &view).await.unwrap(), Some((10_500_000, Value::Int64(1))));
    let upsert = "INSERT INTO p_v (entity_key, feature_name, value, value_text, event_ts, created_ts) \
                  VALUES (x'6b', 'a', x'2002', '2', 11, NULL) ON CONFLICT(entity_key, feature_name) DO UPDATE SET \
                  value = excluded.value, value_text = excluded.value_text, event_ts = excluded.event_ts";
    raw(folder.path()).execute(upsert, []).unwrap();
    assert_eq!(read(&store, &view).await.unwrap(), Some((11_000_000, Value::Int64(2))));
    assert_eq!(write(&store, &view, 10_999_999, &[Value::Int64(3)]).await.unwrap(), 0, "older than what Feast wrote");
}

#[tokio::test]
async fn a_table_of_an_older_feast_is_read_as_it_is_and_completed_by_update() {
    let folder = tempfile::tempdir().unwrap();
    raw(folder.path())
        .execute_batch(
            "CREATE TABLE p_v (entity_key BLOB, feature_name TEXT, value BLOB, vector_value BLOB, event_ts timestamp, \
             created_ts timestamp, PRIMARY KEY(entity_key, feature_name)); \
             INSERT INTO p_v VALUES (x'6b', 'a', x'2001', NULL, 5, NULL)",
        )
        .unwrap();
    let store = connect(folder.path(), "").await;
    let view = view("p", "v", &["a"]);
    assert_eq!(read(&store, &view).await.unwrap(), Some((5_000_000, Value::Int64(1))));
    assert_eq!(write(&store, &view, 6_000_001, &[Value::Int64(2)]).await.unwrap(), 1);
    assert_eq!(
        read(&store, &view).await.unwrap(),
        Some((6_000_000, Value::Int64(2))),
        "no column for microseconds yet"
    );
    apply(&store, &view).await;
    write(&store, &view, 6_000_001, &[Value::Int64(3)]).await.unwrap();
    assert_eq!(read(&store, &view).await.unwrap(), Some((6_000_001, Value::Int64(3))));
}

#[tokio::test]
async fn tables_follow_their_owner_through_changes_of_another_connection() {
    let folder = tempfile::tempdir().unwrap();
    let notices = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&notices);
    let notice = Arc::new(move |text: &str| heard.lock().unwrap().push(text.to_owned()));
    let context = ConnectContext { notice, ..ConnectContext::new("p", "") };
    let a = connect_with(folder.path(), "", context).await.unwrap();
    let b = connect(folder.path(), "").await;
    let (first, second) = (view("a", "b_c", &["x"]), view("a_b", "c", &["x"]));
    apply(&a, &first).await;
    write(&a, &first, 1, &[Value::Int64(1)]).await.unwrap();
    assert_eq!(read(&b, &first).await.unwrap(), Some((1, Value::Int64(1))));
    assert_eq!(read(&b, &second).await.unwrap_err().kind(), ErrorKind::UnknownView, "the table is another project's");
    apply(&a, &second).await;
    let told = notices.lock().unwrap().join("\n");
    assert!(told.contains("`c` of project `a_b`") && told.contains("`b_c` of project `a`"), "{told}");
    assert_eq!(read(&b, &second).await.unwrap(), None);
    a.teardown(&[Arc::clone(&first), Arc::clone(&second)]).await.unwrap();
    apply(&a, &second).await; // now the table with Feast's name
    write(&a, &second, 2, &[Value::Int64(2)]).await.unwrap();
    assert_eq!(read(&b, &first).await.unwrap_err().kind(), ErrorKind::UnknownView);
    assert_eq!(read(&b, &second).await.unwrap(), Some((2, Value::Int64(2))));
}

#[tokio::test]
async fn failures_say_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let store = connect(folder.path(), "busy_timeout_ms: 0").await;
    let view = view("p", "v", &["a"]);
    let kind = |error: Error| error.kind();

    assert_eq!(read(&store, &view).await.map_err(kind), Err(ErrorKind::InvalidConfig), "no folder");
    apply(&store, &view).await;
    write(&store, &view, 1, &[Value::Int64(1)]).await.unwrap();

    let other = raw(folder.path());
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let busy = write(&store, &view, 2, &[Value::Int64(2)]).await.unwrap_err();
    assert_eq!((busy.kind(), busy.retry()), (ErrorKind::Conflict, RetryHint::Soon), "{busy}");
    assert_eq!(read(&store, &view).await.unwrap(), Some((1, Value::Int64(1))), "a writer does not stop readers");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(write(&store, &view, 2, &[Value::Int64(2)]).await.unwrap(), 1);

    let deep = connect(&folder.path().join("no/such"), "").await;
    assert_eq!(write(&deep, &view, 1, &[Value::Null]).await.map_err(kind), Err(ErrorKind::InvalidConfig));
    let empty = tempfile::tempdir().unwrap();
    std::fs::create_dir(empty.path().join("data")).unwrap();
    let store = connect(empty.path(), "").await;
    assert_eq!(read(&store, &view).await.map_err(kind), Err(ErrorKind::UnknownView), "no file");
    store.teardown(&[Arc::clone(&view)]).await.unwrap();
    assert!(!empty.path().join("data/online.db").exists(), "reading made a file");
    std::fs::write(empty.path().join("data/online.db"), "this is no database, but a text of some length".repeat(20))
        .unwrap();
    for error in [store.ping().await.unwrap_err(), write(&store, &view, 1, &[Value::Null]).await.unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
    }
}

#[tokio::test]
async fn what_larder_does_not_offer_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for option in ["vector_enabled", "text_search_enabled", "enable_openai_compatible_store"] {
        let connected = connect_with(folder.path(), &format!("{option}: true"), ConnectContext::new("p", "")).await;
        let error = connected.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidConfig);
        assert!(error.message().contains(option), "{error}");
    }
    connect(folder.path(), "vector_enabled: false\nsimilarity: cosine").await;
    assert!(connect_with(folder.path(), "read_connections: 0", ConnectContext::new("p", "")).await.is_err());
}
