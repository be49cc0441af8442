//! An answer in XML as a tree. Namespaces are left aside: the API has one. Text stays as it is, with its white space.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// An answer of the API is some ten deep.
const DEPTH_MAX: usize = 64;

#[derive(Debug, Default)]
pub struct Element {
    pub name: String,
    /// The attribute `type`: of what type a reference is.
    pub kind: String,
    /// The attribute `xsi:type`: of what type the element is, where its name does not tell.
    pub is: String,
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    pub fn parse(text: &str) -> Result<Element, String> {
        let mut reader = Reader::from_str(text);
        let mut open = vec![Element::default()];
        loop {
            let place = reader.buffer_position();
            let wrong = |what: &str| format!("{what} at byte {place}");
            match reader.read_event().map_err(|_| wrong("it is no XML"))? {
                Event::Start(_) if open.len() > DEPTH_MAX => return Err(wrong("it is nested too deeply")),
                Event::Start(start) => open.push(begun(&start)),
                Event::Empty(start) => last(&mut open).children.push(begun(&start)),
                Event::End(_) => {
                    let ended = open.pop().unwrap_or_default();
                    match open.last_mut() {
                        Some(parent) => parent.children.push(ended),
                        None => return Err(wrong("it ends what did not begin")),
                    }
                }
                Event::Text(text) => last(&mut open).text.push_str(&text.xml10_content()),
                Event::CData(text) => last(&mut open).text.push_str(&text.xml10_content()),
                Event::GeneralRef(reference) => {
                    let character = reference
                        .resolve_char_ref()
                        .map_err(|_| wrong("it names no character"))?;
                    match (character, resolve_predefined_entity(&reference.xml10_content())) {
                        (Some(character), _) => last(&mut open).text.push(character),
                        (None, Some(known)) => last(&mut open).text.push_str(known),
                        (None, None) => return Err(wrong("it names what it does not define")),
                    }
                }
                Event::DocType(_) => return Err(wrong("it defines a language of its own")),
                Event::Eof if open.len() == 1 => return Ok(open.remove(0)),
                Event::Eof => return Err(wrong("it is cut off")),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first one of that name; of a path `a/b` the first `b` in the first `a`.
    pub fn at(&self, path: &str) -> Option<&Element> {
        let mut found = self;
        for name in path.split('/') {
            found = found.children.iter().find(|child| child.name == name)?;
        }
        Some(found)
    }

    pub fn text_at(&self, path: &str) -> &str {
        self.at(path).map_or("", |found| found.text.as_str())
    }
}

fn last(open: &mut [Element]) -> &mut Element {
    open.last_mut().expect("the root is closed by nobody")
}

fn begun(start: &BytesStart<'_>) -> Element {
    let mut element = Element {
        name: start.local_name().as_ref().to_owned(),
        ..Element::default()
    };
    for attribute in start.attributes().flatten() {
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        let value = value.map(|value| value.into_owned()).unwrap_or_default();
        match (attribute.key.prefix(), attribute.key.local_name().as_ref()) {
            (None, "type") => element.kind = value,
            (Some(_), "type") => element.is = value,
            _ => {}
        }
    }
    element
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_arrives_as_it_was_written() {
        let root = Element::parse(
            "<?xml version=\"1.0\"?><s:a xmlns:s=\"u\"><b type=\"T\" s:type=\"x\"> &lt;&#x41; &amp;\n<![CDATA[<c>]]> </b><b/></s:a>",
        )
        .unwrap();
        let b = root.at("a/b").unwrap();
        assert_eq!(
            (b.text.as_str(), b.kind.as_str(), b.is.as_str()),
            (" <A &\n<c> ", "T", "x")
        );
        assert_eq!(root.at("a").unwrap().all("b").count(), 2);
        assert_eq!(root.text_at("a/c"), "");
    }

    #[test]
    fn what_is_no_answer_says_so() {
        for text in [
            "<a>",
            "<a></b>",
            "</a>",
            "<a>&x;</a>",
            "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
            "<a>&#0;</a>",
        ] {
            assert!(Element::parse(text).is_err(), "{text}");
        }
        assert!(Element::parse(&"<a>".repeat(100_000)).is_err());
    }
}
