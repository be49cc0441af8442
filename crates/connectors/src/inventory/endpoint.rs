//! Where the services of a cloud answer.

use reqwest::Url;

/// A host. `words`: what stands in braces, and what for.
pub fn place(endpoint: &str, words: &[(&str, &str)]) -> Result<Url, String> {
    let url = base(endpoint, words)?;
    match url.path() {
        "/" => Ok(url),
        _ => Err(format!(
            "the endpoint \"{endpoint}\" is not of the form https://host, without a path or an account"
        )),
    }
}

/// As [`place`], or a path of a host that everything lies below.
pub fn base(endpoint: &str, words: &[(&str, &str)]) -> Result<Url, String> {
    let text = words.iter().fold(endpoint.to_owned(), |text, (word, value)| {
        text.replace(&format!("{{{word}}}"), value)
    });
    let url = Url::parse(&text).map_err(|error| format!("the endpoint \"{endpoint}\" is no URL: {error}"))?;
    let bare = url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    match bare && url.has_host() && matches!(url.scheme(), "https" | "http") {
        true => Ok(url),
        false => Err(format!(
            "the endpoint \"{endpoint}\" is not of the form https://host, without an account or a question"
        )),
    }
}
