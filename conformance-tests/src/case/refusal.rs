//! What a store does not declare it must refuse, or visibly not do: the other side of every flag.

use std::sync::Arc;

use larder_core::{ErrorKind, ScanRequest, Timestamp};

use super::{CaseResult, Flag, ensure, ensure_eq};
use crate::Bed;
use crate::fixture::{at, key, row, stored};

/// Tries the refusal form of a capability.
pub(super) async fn check(flag: Flag, bed: Bed) -> CaseResult {
    let view = bed.counter("v").await?;
    bed.write(&view, &[row(1, at(1), 1)]).await?;
    match flag {
        Flag::Scan => {
            let request = ScanRequest { view: Arc::clone(&view), features: [0].into(), cursor: None, limit: 10 };
            let refused = bed.store.scan(&request).await;
            ensure!(
                refused.is_err_and(|e| e.kind() == ErrorKind::Unsupported),
                "`scan` is not declared, but not refused"
            );
        }
        Flag::DeleteEntities => {
            let refused = bed.delete(&view, &[key(1)]).await;
            ensure!(
                refused.is_err_and(|e| e.kind() == ErrorKind::Unsupported),
                "`delete_entities` is not declared, but not refused"
            );
            ensure_eq!(bed.read_one(&view, 1).await?, stored(at(1), 1));
        }
        Flag::Durable | Flag::Shared => {
            let again = bed.reconnect().await?;
            let unknown = again.read_one(&view, 1).await;
            ensure!(
                unknown.is_err_and(|e| e.kind() == ErrorKind::UnknownView),
                "another connection sees rows, but `{flag:?}` is not declared"
            );
            again.store.close().await?;
        }
        Flag::ExactTimestamps => {
            bed.write(&view, &[row(2, Timestamp::from_micros(at(5).micros() + 999_999), 2)]).await?;
            ensure_eq!(
                bed.read_one(&view, 2).await?,
                stored(at(5), 2),
                "an undeclared resolution must round down to the second"
            );
        }
    }
    Ok(())
}
