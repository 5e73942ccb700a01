use super::Tags;
use crate::{Timestamp, ValueType};

/// What features belong to: a driver, a customer. It names the join key that finds its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// The entity's name, unique in its project.
    pub name: String,
    /// The column that identifies the entity in sources and requests. Feast 0.67 keeps exactly one per entity.
    pub join_key: String,
    /// The type of the join key; `INVALID` where Feast left it to inference.
    pub value_type: ValueType,
    /// Free text.
    pub description: String,
    /// Free pairs.
    pub tags: Tags,
    /// Who answers for it, usually an address.
    pub owner: String,
    /// When the registry first held it.
    pub created: Option<Timestamp>,
    /// When the registry last changed it.
    pub last_updated: Option<Timestamp>,
}
