//! XML answers, as flat as the few calls that give them need.

use quick_xml::events::Event;

/// Every outermost element of this name: the paths of all text in it, from below it, and the text itself. What is
/// no XML holds none.
///
/// `<Error><Code>A</Code><At><Line>1</Line></At></Error>` gives, for `Error`, `("Code", "A")` and `("At/Line", "1")`.
#[must_use]
pub fn elements(xml: &str, name: &str) -> Vec<Vec<(String, String)>> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let (mut found, mut open, mut text) = (Vec::new(), Vec::<String>::new(), String::new());
    // The depth at which the element that is being read began.
    let mut inside: Option<usize> = None;
    let mut fields: Vec<(String, String)> = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                let tag = String::from_utf8_lossy(start.local_name().as_ref()).into_owned();
                if inside.is_none() && tag == name {
                    inside = Some(open.len());
                }
                open.push(tag);
                text.clear();
            }
            Ok(Event::Text(part)) => text.push_str(&part.decode().unwrap_or_default()),
            Ok(Event::GeneralRef(entity)) => {
                let entity = entity.decode().unwrap_or_default();
                text.push_str(&quick_xml::escape::unescape(&format!("&{entity};")).unwrap_or_default());
            }
            Ok(Event::End(_)) => {
                if let Some(from) = inside {
                    let said = text.trim();
                    if !said.is_empty() {
                        fields.push((open[from + 1..].join("/"), said.to_owned()));
                    }
                    if open.len() == from + 1 {
                        found.push(std::mem::take(&mut fields));
                        inside = None;
                    }
                }
                open.pop();
                text.clear();
            }
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_found_with_the_path_to_it() {
        let xml = r#"<?xml version="1.0"?><A xmlns="https://a/"><member><N>1 &amp; 2</N><L><member>x</member>
            <member>y</member></L><E/></member><member><N>3</N></member></A>"#;
        let field = |path: &str, text: &str| (path.to_owned(), text.to_owned());
        let first = vec![field("N", "1 & 2"), field("L/member", "x"), field("L/member", "y")];
        assert_eq!(elements(xml, "member"), [first, vec![field("N", "3")]]);
        assert_eq!(elements(xml, "None"), Vec::<Vec<_>>::new());
        assert_eq!(elements("no xml", "A"), Vec::<Vec<_>>::new());
        assert_eq!(elements("<A><B>cut", "A"), Vec::<Vec<_>>::new());
    }
}
