//! Views that people keep by a name. A view holds a question, so that it is never old, and shows each reader what they may see.

use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::id::SavedViewId;
use qlrf_core::perm::Permission;
use qlrf_core::time::now;
use qlrf_store::saved_view::{self, SavedView};
use reqwest::Url;

use crate::opcx::OpCx;

/// Of one author.
const VIEWS_MAX: i64 = 200;
const NAME_CHARS_MAX: usize = 100;
const ADDRESS_BYTES_MAX: usize = 4096;
/// Stands for whatever host the control tower is on (RFC 2606).
const SOME_HOST: &str = "http://host.invalid";

/// Those that are shared, and the caller's own, by name.
pub async fn list(cx: &OpCx) -> Result<Vec<SavedView>> {
    let mut tx = cx.tenant().await?;
    Ok(saved_view::list(&mut tx, &cx.actor().to_string()).await?)
}

/// Keeps a view, in the place of the caller's view of that name if there is one.
pub async fn save(cx: &OpCx, name: &str, address: &str, shared: bool) -> Result<SavedView> {
    if shared {
        cx.require(Permission::ViewShare)?;
    }
    let view = SavedView {
        id: SavedViewId::generate(),
        author: cx.actor().to_string(),
        name: checked_name(name)?,
        address: checked_address(address)?,
        shared,
        changed_at: now(),
    };
    let mut tx = cx.tenant().await?;
    let saved = saved_view::save(&mut tx, &view, VIEWS_MAX)
        .await?
        .ok_or_else(|| {
            let detail = format!("you keep {VIEWS_MAX} views, which is as many as one may");
            Error::new(ErrorKind::Conflict, "too_many_saved_views", detail)
                .hint("delete one that is not needed")
        })?;
    tx.commit().await?;
    Ok(saved)
}

/// Deletes a view of one's own, or one that is shared, and answers what it was.
pub async fn delete(cx: &OpCx, id: SavedViewId) -> Result<SavedView> {
    let author = cx.actor().to_string();
    let mut tx = cx.tenant().await?;
    let seen = saved_view::list(&mut tx, &author).await?;
    let view = seen.into_iter().find(|view| view.id == id).ok_or_else(|| {
        let detail = format!("there is no saved view \"{id}\"");
        Error::new(ErrorKind::NotFound, "not_found", detail)
    })?;
    if view.author != author {
        cx.require(Permission::ViewShare)?;
    }
    saved_view::delete(&mut tx, id).await?;
    tx.commit().await?;
    Ok(view)
}

fn checked_name(name: &str) -> Result<String> {
    let name = name.trim();
    let length = name.chars().count();
    if length == 0 || length > NAME_CHARS_MAX || name.chars().any(char::is_control) {
        return Err(invalid(format!(
            "a view's name is 1 to {NAME_CHARS_MAX} printable characters"
        )));
    }
    Ok(name.to_owned())
}

/// Path and query as a browser reads them, and nothing that could lead to another place.
fn checked_address(address: &str) -> Result<String> {
    let base = Url::parse(SOME_HOST).expect("it is written here");
    let read = base.join(address).ok().filter(|read| {
        address.starts_with('/') && read.origin() == base.origin() && !read.path().starts_with("//")
    });
    let Some(read) = read else {
        return Err(
            invalid(format!("\"{address}\" is no address of the control tower"))
                .hint("begin with the path of a page, such as /fleet?q=platform:aws"),
        );
    };
    let kept = match read.query() {
        Some(query) => format!("{}?{query}", read.path()),
        None => read.path().to_owned(),
    };
    match kept.len() <= ADDRESS_BYTES_MAX {
        true => Ok(kept),
        false => Err(invalid(format!(
            "an address has at most {ADDRESS_BYTES_MAX} bytes, and this one has {}",
            kept.len()
        ))),
    }
}

fn invalid(detail: String) -> Error {
    Error::new(ErrorKind::Invalid, "invalid_saved_view", detail)
}
