use crate::kind::ObjectKind;
use crate::wire::{Part, Shape};

/// Which parts of an object's message larder merges field by field when it updates the object.
pub(crate) fn shape(kind: ObjectKind) -> &'static Shape {
    match kind {
        ObjectKind::FeatureView => &FEATURE_VIEW,
        ObjectKind::FeatureService => &FEATURE_SERVICE,
        ObjectKind::DataSource => &DATA_SOURCE,
        ObjectKind::Entity | ObjectKind::Project => &PLAIN_OBJECT,
        _ => &LEAF,
    }
}

const LEAF: Shape = Shape(&[]);
const META: (u32, Part) = (2, Part::Message(&LEAF));
const PLAIN_OBJECT: Shape = Shape(&[(1, Part::Message(&LEAF)), META]);
const FEATURE: Part = Part::Keyed(&[1], &LEAF);

/// A nested source is the same one when its name and type are.
const SOURCE_KEY: &[u32] = &[20, 1];
const INNER_SOURCE: Shape = Shape(&[(11, Part::Message(&LEAF)), (50, Part::Message(&LEAF))]);
const DATA_SOURCE: Shape =
    Shape(&[(11, Part::Message(&LEAF)), (26, Part::Keyed(SOURCE_KEY, &INNER_SOURCE)), (50, Part::Message(&LEAF))]);
const SOURCE: Part = Part::Keyed(SOURCE_KEY, &DATA_SOURCE);

const FEATURE_VIEW: Shape =
    Shape(&[(1, Part::Message(&Shape(&[(4, FEATURE), (7, SOURCE), (9, SOURCE), (12, FEATURE)]))), META]);

/// A service may take one view several times, under different aliases.
const PROJECTION: Part = Part::Keyed(&[1, 3], &Shape(&[(2, FEATURE), (8, SOURCE)]));
const FEATURE_SERVICE: Shape = Shape(&[(1, Part::Message(&Shape(&[(3, PROJECTION)]))), META]);
