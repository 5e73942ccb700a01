//! What people type. Names and options follow Feast's where Feast has the command.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// The online side of a feature store: define features, materialize them, read them.
#[derive(Debug, Parser)]
#[command(name = "larder", version, about, max_term_width = 100, disable_help_subcommand = true, after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// The feature repository: the folder of feature_store.yaml
    #[arg(short, long, global = true, value_name = "DIR", env = "FEATURE_REPO_DIR_ENV_VAR")]
    pub(crate) chdir: Option<PathBuf>,
    /// Another configuration file than <DIR>/feature_store.yaml
    #[arg(short = 'f', long, value_name = "FILE", env = "FEAST_FS_YAML_FILE_PATH")]
    pub(crate) feature_store_yaml: Option<PathBuf>,
    /// Print one JSON document instead of text
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "\
Start here:
  larder init my_repo                     make a repository with sample data
  larder -c my_repo apply                 create what it defines
  larder -c my_repo materialize-incremental now
  larder -c my_repo get-online-features -e driver_id=1001 -f driver_hourly_stats:conv_rate

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 `plan --check` found changes.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a new feature repository
    Init(Init),
    /// Show what `apply` would do, and change nothing
    Plan(Plan),
    /// Make the registry and the online store match the definitions
    Apply(Apply),
    /// Load the newest rows of a stretch of time into the online store
    Materialize(Materialize),
    /// Load what came since the last materialization into the online store
    MaterializeIncremental(MaterializeIncremental),
    /// Read features from the online store
    GetOnlineFeatures(GetOnlineFeatures),
    /// Write rows of a file to every feature view fed by a push source
    Push(Push),
    /// Remove this project's rows from the online store, and its definitions from the registry
    Teardown(Teardown),
    /// List what the registry holds (`feature-views list` and the like work too, as in Feast)
    #[command(subcommand)]
    List(List),
    /// Show one object of the registry, whole
    #[command(subcommand)]
    Describe(Describe),
    /// `entities list`, `entities describe NAME`: Feast's spelling of `list` and `describe`
    #[command(subcommand, hide = true)]
    Entities(Of),
    /// `feature-views list`, `feature-views describe NAME`
    #[command(subcommand, hide = true)]
    FeatureViews(Of),
    /// `on-demand-feature-views list`, `on-demand-feature-views describe NAME`
    #[command(subcommand, hide = true)]
    OnDemandFeatureViews(Of),
    /// `feature-services list`, `feature-services describe NAME`
    #[command(subcommand, hide = true)]
    FeatureServices(Of),
    /// `data-sources list`, `data-sources describe NAME`
    #[command(subcommand, hide = true)]
    DataSources(Of),
    /// `projects list`, `projects describe NAME`
    #[command(subcommand, hide = true)]
    Projects(Of),
    /// `features list`, `features describe NAME`
    #[command(subcommand, hide = true)]
    Features(Of),
    /// The kinds of online store that this program can use
    #[command(subcommand)]
    Stores(Stores),
    /// Check or show the configuration
    #[command(subcommand)]
    Config(Config),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The folder to make
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
    /// What to put into it
    #[arg(short, long, value_enum, default_value = "local")]
    pub(crate) template: Template,
    /// The project's name [default: the folder's name]
    #[arg(long)]
    pub(crate) project: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Template {
    /// Drivers of a ride service: definitions and sample data, SQLite
    Local,
    /// Only feature_store.yaml and an empty features.yaml
    Minimal,
}

#[derive(Debug, Args)]
pub(crate) struct Plan {
    /// Exit with 3 when there is something to do
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Apply {
    /// Also do what loses data: drop views with their rows, change join keys or types
    #[arg(long)]
    pub(crate) allow_destroy: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Materialize {
    /// First event time, ISO 8601 (UTC without a zone)
    #[arg(value_name = "START", required_unless_present = "disable_event_timestamp")]
    pub(crate) start: Option<String>,
    /// Last event time, included; `now` for the current time
    #[arg(value_name = "END", required_unless_present = "disable_event_timestamp")]
    pub(crate) end: Option<String>,
    /// Take all rows from 1970 to now
    #[arg(long, conflicts_with_all = ["start", "end"])]
    pub(crate) disable_event_timestamp: bool,
    #[command(flatten)]
    pub(crate) options: MaterializeOptions,
}

#[derive(Debug, Args)]
pub(crate) struct MaterializeIncremental {
    /// Last event time, included; `now` for the current time
    #[arg(value_name = "END")]
    pub(crate) end: String,
    #[command(flatten)]
    pub(crate) options: MaterializeOptions,
}

#[derive(Debug, Args)]
pub(crate) struct MaterializeOptions {
    /// Only these feature views (repeat for several) [default: all that are online]
    #[arg(short = 'v', long = "views", value_name = "VIEW")]
    pub(crate) views: Vec<String>,
    /// How many views are loaded side by side [default: the number of cores]
    #[arg(long, value_name = "N")]
    pub(crate) parallel: Option<usize>,
    /// Rows per write to the store, 100000 unless said here or in the configuration; a killed run goes on after the last one
    #[arg(long, value_name = "ROWS")]
    pub(crate) batch_rows: Option<usize>,
    /// Memory for the newest-row tables of all views together, MiB
    #[arg(long, value_name = "MIB")]
    pub(crate) memory_mib: Option<usize>,
    /// No progress bar
    #[arg(long)]
    pub(crate) no_progress: bool,
}

#[derive(Debug, Args)]
pub(crate) struct GetOnlineFeatures {
    /// An entity as join_key=value; other keys for composite keys, the same key again for more rows; none for entity-less views
    #[arg(short, long = "entities", value_name = "KEY=VALUE")]
    pub(crate) entities: Vec<String>,
    /// A feature as view:feature; repeat for several
    #[arg(short = 'f', long = "features", value_name = "VIEW:FEATURE", required_unless_present = "feature_service")]
    pub(crate) features: Vec<String>,
    /// A feature service instead of features
    #[arg(short = 's', long, value_name = "NAME", conflicts_with = "features")]
    pub(crate) feature_service: Option<String>,
    /// Name features view__feature in the answer
    #[arg(long)]
    pub(crate) full_feature_names: bool,
    /// Answer as Feast does: nulls and expired values count as PRESENT
    #[arg(long)]
    pub(crate) feast_statuses: bool,
    /// Also print statuses and event times
    #[arg(long)]
    pub(crate) statuses: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Push {
    /// The push source
    #[arg(value_name = "PUSH_SOURCE")]
    pub(crate) push_source: String,
    /// The rows: a Parquet or CSV file, or a JSON file of columns ({"driver_id": [1001], …}); `-` reads JSON from standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Teardown {
    /// Do it without asking
    #[arg(short, long)]
    pub(crate) yes: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum List {
    /// Entities: name, description, type
    Entities(TagFilter),
    /// Feature views: name, entities, type, whether enabled, state
    FeatureViews(TagFilter),
    /// On-demand feature views: name and outputs (never executed)
    OnDemandFeatureViews(TagFilter),
    /// Feature services: name and features
    FeatureServices(TagFilter),
    /// Data sources: name and class
    DataSources(TagFilter),
    /// Projects: name, description, tags, owner
    Projects,
    /// Features: name, feature view, type
    Features,
}

#[derive(Debug, Args)]
pub(crate) struct TagFilter {
    /// Only objects with this tag, as key:value (repeat for several)
    #[arg(long = "tags", value_name = "KEY:VALUE")]
    pub(crate) tags: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Describe {
    /// An entity
    Entity(Name),
    /// A feature view
    FeatureView(Name),
    /// An on-demand feature view
    OnDemandFeatureView(Name),
    /// A feature service
    FeatureService(Name),
    /// A data source
    DataSource(Name),
    /// A project
    Project(Name),
    /// A feature, in every view that has it
    Feature(Name),
}

#[derive(Debug, Args)]
pub(crate) struct Name {
    /// Its name
    pub(crate) name: String,
}

/// Feast's order of the words: the kind first.
#[derive(Debug, Subcommand)]
pub(crate) enum Of {
    /// List them
    List(TagFilter),
    /// Show one, whole
    Describe(Name),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Stores {
    /// All of them: type, stability, what it is
    List,
    /// One: options with defaults, and capabilities
    Describe(Name),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Check feature_store.yaml and the definitions, and say what is wrong
    Check,
    /// Show the configuration in effect: defaults filled in, secrets masked
    Show,
}
