//! API tokens: random secrets with a role, optional scopes and an end.

use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::id::TokenId;
use qlrf_core::perm::Permission;
use qlrf_core::time::{Duration, now};
use qlrf_store::token::{NewToken, Order, Token};

use crate::api::types::token::TokenCreate;
use crate::opcx::OpCx;
use crate::secret::{self, Secret};

/// Lets people and secret scanners recognise a token in a file.
pub const PREFIX: &str = "qlrf_";
const DAYS_DEFAULT: u16 = 90;
const DAYS_MAX: u16 = 366;
const NAME_CHARS_MAX: usize = 100;

pub async fn list(cx: &OpCx, sort: &str, after: Option<TokenId>, limit: u32) -> Result<(Vec<Token>, u64)> {
    let order = if sort == "created_at" {
        Order::OldestFirst
    } else {
        Order::NewestFirst
    };
    let mut tx = cx.tenant().await?;
    let rows = qlrf_store::token::list(&mut tx, order, after, limit).await?;
    let total = qlrf_store::token::count(&mut tx).await?;
    Ok((rows, total))
}

pub async fn get(cx: &OpCx, id: TokenId) -> Result<Token> {
    let mut tx = cx.tenant().await?;
    qlrf_store::token::find(&mut tx, id)
        .await?
        .ok_or_else(|| missing(id))
}

pub async fn create(cx: &OpCx, wanted: TokenCreate) -> Result<(Token, Secret)> {
    let name = checked_name(&wanted.name)?;
    let scopes = wanted.scopes.as_deref().map(parse_scopes).transpose()?;
    check_not_above(cx, &wanted, scopes.as_deref())?;
    let days = wanted.expires_in_days.unwrap_or(DAYS_DEFAULT);
    if !(1..=DAYS_MAX).contains(&days) {
        return Err(invalid(format!("a token lives 1 to {DAYS_MAX} days, not {days}")));
    }
    let secret = Secret::new(format!("{PREFIX}{}", secret::random().expose()));
    let created_at = now();
    let new = NewToken {
        id: TokenId::generate(),
        name,
        secret_hash: secret.hash(),
        role: wanted.role,
        scopes,
        installation: wanted.installation,
        created_by: cx.actor().to_string(),
        created_at,
        expires_at: created_at + Duration::days(i64::from(days)),
    };
    let mut tx = cx.tenant().await?;
    let token = qlrf_store::token::create(&mut tx, &new).await?;
    tx.commit().await?;
    Ok((token, secret))
}

pub async fn revoke(cx: &OpCx, id: TokenId) -> Result<Token> {
    let mut tx = cx.tenant().await?;
    let token = qlrf_store::token::revoke(&mut tx, id, now())
        .await?
        .ok_or_else(|| missing(id))?;
    tx.commit().await?;
    Ok(token)
}

fn checked_name(name: &str) -> Result<String> {
    let name = name.trim();
    let length = name.chars().count();
    if length == 0 || length > NAME_CHARS_MAX || name.chars().any(char::is_control) {
        return Err(invalid(format!(
            "a token's name is 1 to {NAME_CHARS_MAX} printable characters"
        )));
    }
    Ok(name.to_owned())
}

fn parse_scopes(names: &[String]) -> Result<Vec<Permission>> {
    let mut scopes = Vec::new();
    for name in names {
        let scope = Permission::parse(name).ok_or_else(|| {
            let known: Vec<&str> = Permission::ALL
                .iter()
                .map(|permission| permission.name())
                .collect();
            invalid(format!("\"{name}\" is not a permission")).hint(format!("known are {}", known.join(", ")))
        })?;
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    if scopes.is_empty() {
        return Err(invalid("a token without any scope can do nothing".to_owned()).hint("leave `scopes` out"));
    }
    Ok(scopes)
}

/// Nobody hands out more than they hold: a narrowed token cannot make a wider one.
fn check_not_above(cx: &OpCx, wanted: &TokenCreate, scopes: Option<&[Permission]>) -> Result<()> {
    let granted = |permission: &&Permission| {
        wanted.role.may(**permission)
            && (wanted.installation || !permission.is_of_installation())
            && scopes.is_none_or(|scopes| scopes.contains(permission))
    };
    if wanted.installation && !cx.actor().runs_installation() {
        let detail = "the token would run the installation, which you do not";
        return Err(
            Error::new(ErrorKind::Forbidden, "token_above_own_role", detail).hint("leave `installation` out")
        );
    }
    match Permission::ALL
        .iter()
        .filter(granted)
        .find(|permission| !cx.may(**permission))
    {
        None => Ok(()),
        Some(above) => {
            let detail = format!("the token would hold \"{}\", which you do not", above.name());
            Err(Error::new(ErrorKind::Forbidden, "token_above_own_role", detail)
                .hint("choose a lower role or narrower scopes"))
        }
    }
}

fn invalid(detail: String) -> Error {
    Error::new(ErrorKind::Invalid, "invalid_token", detail)
}

fn missing(id: TokenId) -> Error {
    Error::new(
        ErrorKind::NotFound,
        "not_found",
        format!("there is no token \"{id}\""),
    )
}
