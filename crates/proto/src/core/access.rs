//! Who may do what.

use std::collections::BTreeMap;

use crate::google::Timestamp;

/// A permission (`feast/core/Permission.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct Permission {
    #[prost(message, optional, tag = "1")]
    pub spec: Option<PermissionSpec>,
    #[prost(message, optional, tag = "2")]
    pub meta: Option<PermissionMeta>,
}

/// Which actions on which objects a policy allows (`feast/core/Permission.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct PermissionSpec {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(string, tag = "2")]
    pub project: String,
    #[prost(enumeration = "permission_spec::Type", repeated, tag = "3")]
    pub types: Vec<i32>,
    #[prost(string, repeated, tag = "4")]
    pub name_patterns: Vec<String>,
    #[prost(btree_map = "string, string", tag = "5")]
    pub required_tags: BTreeMap<String, String>,
    #[prost(enumeration = "permission_spec::AuthzedAction", repeated, tag = "6")]
    pub actions: Vec<i32>,
    #[prost(message, optional, tag = "7")]
    pub policy: Option<Policy>,
    #[prost(btree_map = "string, string", tag = "8")]
    pub tags: BTreeMap<String, String>,
}

/// Parts of [`PermissionSpec`].
pub mod permission_spec {
    enumeration! {
        /// What somebody wants to do (`feast/core/Permission.proto`).
        pub enum AuthzedAction {
            Create = 0 => "CREATE",
            Describe = 1 => "DESCRIBE",
            Update = 2 => "UPDATE",
            Delete = 3 => "DELETE",
            ReadOnline = 4 => "READ_ONLINE",
            ReadOffline = 5 => "READ_OFFLINE",
            WriteOnline = 6 => "WRITE_ONLINE",
            WriteOffline = 7 => "WRITE_OFFLINE",
        }
    }

    enumeration! {
        /// The kind of object it is done to (`feast/core/Permission.proto`).
        pub enum Type {
            FeatureView = 0 => "FEATURE_VIEW",
            OnDemandFeatureView = 1 => "ON_DEMAND_FEATURE_VIEW",
            BatchFeatureView = 2 => "BATCH_FEATURE_VIEW",
            StreamFeatureView = 3 => "STREAM_FEATURE_VIEW",
            Entity = 4 => "ENTITY",
            FeatureService = 5 => "FEATURE_SERVICE",
            DataSource = 6 => "DATA_SOURCE",
            ValidationReference = 7 => "VALIDATION_REFERENCE",
            SavedDataset = 8 => "SAVED_DATASET",
            Permission = 9 => "PERMISSION",
            Project = 10 => "PROJECT",
            LabelView = 11 => "LABEL_VIEW",
        }
    }
}

/// When it was created and last changed (`feast/core/Permission.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct PermissionMeta {
    #[prost(message, optional, tag = "1")]
    pub created_timestamp: Option<Timestamp>,
    #[prost(message, optional, tag = "2")]
    pub last_updated_timestamp: Option<Timestamp>,
}

/// Who is allowed (`feast/core/Policy.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct Policy {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(string, tag = "2")]
    pub project: String,
    #[prost(oneof = "policy::PolicyType", tags = "3, 4, 5, 6")]
    pub policy_type: Option<policy::PolicyType>,
}

/// Parts of [`Policy`].
pub mod policy {
    use super::{CombinedGroupNamespacePolicy, GroupBasedPolicy, NamespaceBasedPolicy, RoleBasedPolicy};

    /// The kind of policy.
    #[derive(Clone, PartialEq, prost::Oneof)]
    pub enum PolicyType {
        #[prost(message, tag = "3")]
        RoleBasedPolicy(RoleBasedPolicy),
        #[prost(message, tag = "4")]
        GroupBasedPolicy(GroupBasedPolicy),
        #[prost(message, tag = "5")]
        NamespaceBasedPolicy(NamespaceBasedPolicy),
        #[prost(message, tag = "6")]
        CombinedGroupNamespacePolicy(CombinedGroupNamespacePolicy),
    }
}

/// Users that have one of these roles (`feast/core/Policy.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct RoleBasedPolicy {
    #[prost(string, repeated, tag = "1")]
    pub roles: Vec<String>,
}

/// Users in one of these groups (`feast/core/Policy.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct GroupBasedPolicy {
    #[prost(string, repeated, tag = "1")]
    pub groups: Vec<String>,
}

/// Users in one of these namespaces (`feast/core/Policy.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct NamespaceBasedPolicy {
    #[prost(string, repeated, tag = "1")]
    pub namespaces: Vec<String>,
}

/// Users in one of these groups or namespaces (`feast/core/Policy.proto`).
#[derive(Clone, PartialEq, prost::Message)]
pub struct CombinedGroupNamespacePolicy {
    #[prost(string, repeated, tag = "1")]
    pub groups: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    pub namespaces: Vec<String>,
}
