//! Field numbers and types, checked against bytes that Feast's own protos wrote.

use std::collections::BTreeSet;

use larder_proto::{core, serving, types};
use prost::Message;

use crate::unhex;

type Reencode = fn(&[u8]) -> Vec<u8>;

fn reencode<M: Message + Default>(bytes: &[u8]) -> Vec<u8> {
    M::decode(bytes).unwrap().encode_to_vec()
}

macro_rules! messages {
    ($($module:ident $package:literal: $($message:ident)+;)+) => {
        &[$($((concat!($package, stringify!($message)), reencode::<$module::$message>)),+),+]
    };
}

#[rustfmt::skip]
const MESSAGES: &[(&str, Reencode)] = messages! {
    core "feast.core.":
        Aggregation CombinedGroupNamespacePolicy DataSource DatastoreTable Entity EntityMeta EntitySpecV2 FeatureService
        FeatureServiceMeta FeatureServiceSpec FeatureSpecV2 FeatureTable FeatureTableMeta FeatureTableSpec
        FeatureTransformationV2 FeatureView FeatureViewMeta FeatureViewProjection FeatureViewSpec FeatureViewTimestamp
        FeatureViewVersionHistory FeatureViewVersionRecord FileFormat GeValidationProfile GeValidationProfiler
        GroupBasedPolicy Infra InfraObject LabelView LabelViewMeta LabelViewSpec LoggingConfig MaterializationInterval
        NamespaceBasedPolicy OnDemandFeatureView OnDemandFeatureViewMeta OnDemandFeatureViewSpec OnDemandSource Permission
        PermissionMeta PermissionSpec Policy PrecomputedFeatureVector Project ProjectMeta ProjectMetadata ProjectSpec
        Registry RoleBasedPolicy SavedDataset SavedDatasetColumn SavedDatasetMeta SavedDatasetSpec SavedDatasetStorage
        SqliteTable StreamFeatureView StreamFeatureViewSpec StreamFormat SubstraitTransformationV2 TableFormat
        UserDefinedFunction UserDefinedFunctionV2 ValidationReference;
    serving "feast.serving.":
        FeatureList FeatureReferenceV2 FeatureViewMetadata GetFeastServingInfoRequest GetFeastServingInfoResponse
        GetOnlineFeaturesRequest GetOnlineFeaturesRequestV2 GetOnlineFeaturesResponse GetOnlineFeaturesResponseMetadata;
    serving "": PushRequest PushResponse WriteToOnlineStoreRequest WriteToOnlineStoreResponse;
    types "feast.types.":
        BoolList BoolSet BytesList BytesSet DoubleList DoubleSet EntityKey FloatList FloatSet Int32List Int32Set Int64List
        Int64Set Map MapKey MapList RepeatedValue ScalarMap ScalarMapEntry StringList StringSet Value ZonedTimestamp;
};

fn examples() -> impl Iterator<Item = (String, Vec<u8>)> {
    include_str!("../data/messages.txt").lines().map(|line| {
        let (name, hex) = line.split_once(' ').unwrap();
        (name.replace(".GEValidation", ".GeValidation"), unhex(hex))
    })
}

/// Where the fields of a oneof lie around others, prost writes them in another order than Feast does.
fn in_any_order(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.sort_unstable();
    bytes
}

#[test]
fn every_field_of_every_message_survives() {
    for (name, bytes) in examples() {
        let (_, reencode) =
            MESSAGES.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("{name} is missing"));
        let encoded = reencode(&bytes);
        assert_eq!(reencode(&encoded), encoded, "{name}");
        assert!(in_any_order(encoded) == in_any_order(bytes), "{name}");
    }
}

#[test]
fn every_message_has_an_example() {
    let with_example: BTreeSet<_> = examples().map(|(name, _)| name).collect();
    let known: BTreeSet<_> = MESSAGES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(known, with_example);
}
