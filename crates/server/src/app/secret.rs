//! Secrets that connectors name: can they be fetched?

use qlrf_connectors::secret::Reference;
use qlrf_core::error::{Error, ErrorKind, Result};

use super::connector::grant_in;
use crate::api::types::secret::SecretCheck;
use crate::opcx::OpCx;

/// Fetches it, and forgets it.
pub async fn check(cx: &OpCx, reference: &str) -> Result<SecretCheck> {
    let reference = Reference::parse(reference)
        .map_err(|error| Error::new(ErrorKind::Invalid, "secret_reference_invalid", error.to_string()))?;
    let mut tx = cx.tenant().await?;
    let grant = grant_in(&mut tx, &cx.app().grants).await?;
    // No transaction waits for what is elsewhere.
    drop(tx);
    let fetched = grant.secrets.fetch(&reference).await;
    Ok(SecretCheck {
        reference: reference.to_string(),
        ok: fetched.is_ok(),
        finding: match fetched {
            Ok(_) => "it can be fetched".to_owned(),
            Err(error) => error.to_string(),
        },
    })
}
