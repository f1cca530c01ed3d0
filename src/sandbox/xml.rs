//! XML as trees: all that Route 53, STS and S3 send and take.

use quick_xml::events::{BytesRef, BytesStart, Event};
use std::fmt::{self, Write as _};

/// An element, with either text or children inside.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) namespace: Option<&'static str>,
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    /// An empty element.
    pub(super) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// The same, in a namespace.
    pub(super) fn within(mut self, namespace: &'static str) -> Self {
        self.namespace = Some(namespace);
        self
    }

    /// The same, with one more child that holds text.
    pub(super) fn leaf(mut self, name: &str, text: impl fmt::Display) -> Self {
        self.children.push(Self { name: name.into(), text: format!("{text}"), ..Self::default() });
        self
    }

    /// The same, with one more child that holds text, where there is any.
    pub(super) fn leaf_if(self, name: &str, text: Option<impl fmt::Display>) -> Self {
        match text {
            Some(text) => self.leaf(name, text),
            None => self,
        }
    }

    /// The same, with one more child.
    pub(super) fn with(mut self, child: Self) -> Self {
        self.children.push(child);
        self
    }

    /// The same, with more children.
    pub(super) fn with_all(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children);
        self
    }

    /// The first child of this name.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of the first child of this name.
    pub(super) fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.as_str())
    }

    /// The first child that is called none of `names`.
    pub(super) fn stranger(&self, names: &[&str]) -> Option<&Self> {
        self.children.iter().find(|child| !names.contains(&child.name.as_str()))
    }

    /// A whole document.
    pub(super) fn document(&self) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        let name = &self.name;
        // Writing to a String cannot fail.
        let _ = match self.namespace {
            Some(namespace) => write!(out, "<{name} xmlns=\"{namespace}\">"),
            None => write!(out, "<{name}>"),
        };
        out.push_str(&quick_xml::escape::escape(&self.text));
        for child in &self.children {
            child.write(out);
        }
        let _ = write!(out, "</{name}>");
    }
}

/// Reads a document; namespaces and attributes are left out. Errs with what is wrong with it.
pub(super) fn parse(document: &[u8]) -> Result<Element, String> {
    let text = std::str::from_utf8(document).map_err(|error| error.to_string())?;
    let mut reader = quick_xml::Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => open.push(Element::new(local_name(&start))),
            Event::Empty(start) => {
                if let Some(root) = close(&mut open, Element::new(local_name(&start))) {
                    return Ok(root);
                }
            }
            Event::Text(text) => append(&mut open, &text.decode().map_err(|error| error.to_string())?),
            Event::CData(text) => append(&mut open, &text.decode().map_err(|error| error.to_string())?),
            Event::GeneralRef(reference) => append(&mut open, &resolve(&reference)?),
            Event::End(_) => {
                let Some(element) = open.pop() else { return Err("an end without a start".into()) };
                if let Some(root) = close(&mut open, element) {
                    return Ok(root);
                }
            }
            Event::Eof => return Err("the document ends too soon".into()),
            Event::DocType(_) => return Err("a document type is not allowed here".into()),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
        }
    }
}

fn local_name(start: &BytesStart<'_>) -> String {
    String::from_utf8_lossy(start.local_name().as_ref()).into_owned()
}

fn append(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

/// Puts a finished element into its parent, or gives it back where it has none.
fn close(open: &mut [Element], mut element: Element) -> Option<Element> {
    if !element.children.is_empty() {
        element.text.clear();
    }
    match open.last_mut() {
        Some(parent) => {
            parent.children.push(element);
            None
        }
        None => Some(element),
    }
}

fn resolve(reference: &BytesRef<'_>) -> Result<String, String> {
    if let Some(character) = reference.resolve_char_ref().map_err(|error| error.to_string())? {
        return Ok(character.to_string());
    }
    let name = reference.decode().map_err(|error| error.to_string())?;
    quick_xml::escape::resolve_predefined_entity(&name)
        .map(ToOwned::to_owned)
        .ok_or_else(|| format!("the entity &{name}; is unknown"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let element = Element::new("A").leaf("B", "x < \"y\" & 'z'").with(Element::new("C").leaf("D", 3));
        assert_eq!(parse(element.document().as_bytes()).unwrap(), element);
    }

    #[test]
    fn whitespace_between_elements_is_not_text() {
        let read = parse(b"<a xmlns='x'>\n  <b>1&#50;&amp;</b><c/>\n</a>").unwrap();
        assert_eq!(read, Element::new("a").leaf("b", "12&").with(Element::new("c")));
    }

    #[test]
    fn broken_documents_are_refused() {
        for broken in ["", "<a>", "<a></b>", "<a>&nope;</a>", "<!DOCTYPE a><a/>"] {
            assert!(parse(broken.as_bytes()).is_err(), "{broken}");
        }
    }
}
