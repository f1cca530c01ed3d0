//! A style sheet against what the classic sign-in pages take (`ui.md` 2.1).
//!
//! A small scanner, not a parser of all of CSS: AWS takes rules for a list of classes and nothing else.

/// Something in a style sheet that AWS refuses, or that has no effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::stack) struct Finding {
    /// The bytes that are meant.
    pub span: (usize, usize),
    pub message: String,
    pub hint: Option<String>,
    /// Whether AWS takes it and nothing comes of it.
    pub is_harmless: bool,
}

/// Each class that AWS takes, its pseudo-class if it is one's, and the properties in AWS's template; none where no
/// list is published.
const CLASSES: &[(&str, &str, &[&str])] = &[
    ("logo-customizable", "", &["max-width", "max-height", "background-color"]),
    ("banner-customizable", "", &["padding", "background-color"]),
    ("background-customizable", "", &["background-color"]),
    ("label-customizable", "", &["font-weight", "color"]),
    ("textDescription-customizable", "", &["padding-top", "padding-bottom", "display", "font-size", "color"]),
    ("idpDescription-customizable", "", &["padding-top", "padding-bottom", "display", "font-size", "color"]),
    ("legalText-customizable", "", &["color", "font-size"]),
    (
        "submitButton-customizable",
        "",
        &["font-size", "font-weight", "margin", "width", "height", "color", "background-color"],
    ),
    ("submitButton-customizable", "hover", &["color", "background-color"]),
    (
        "errorMessage-customizable",
        "",
        &["margin", "padding", "font-size", "width", "background", "border", "color", "box-sizing"],
    ),
    ("inputField-customizable", "", &["width", "height", "color", "background-color", "border"]),
    ("inputField-customizable", "focus", &["border-color", "outline"]),
    (
        "idpButton-customizable",
        "",
        &["height", "width", "text-align", "margin-bottom", "color", "background-color", "border-color"],
    ),
    ("idpButton-customizable", "hover", &["color", "background-color"]),
    ("socialButton-customizable", "", &["height", "text-align", "width", "margin-bottom"]),
    ("redirect-customizable", "", &[]),
    ("passwordCheck-valid-customizable", "", &["color"]),
    ("passwordCheck-notValid-customizable", "", &["color"]),
];

/// Everything about a style sheet that is worth a word.
pub(in crate::stack) fn findings(css: &str) -> Vec<Finding> {
    let (plain, open_comment) = without_comments(css);
    let start = if plain.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut scan = Scan { css: &plain, at: start, found: Vec::new() };
    if let Some(start) = open_comment {
        scan.say((start, start + 2), "this comment does not end", None);
    }
    scan.sheet();
    scan.found
}

/// The text with comments as spaces, byte for byte, and where a comment begins that does not end.
fn without_comments(css: &str) -> (String, Option<usize>) {
    let mut plain = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(start) = rest.find("/*") {
        plain.push_str(&rest[..start]);
        let Some(length) = rest[start + 2..].find("*/").map(|end| end + 4) else {
            let begun = plain.len();
            plain.push_str(&" ".repeat(rest.len() - start));
            return (plain, Some(begun));
        };
        plain.extend(rest[start..start + length].bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }));
        rest = &rest[start + length..];
    }
    plain.push_str(rest);
    (plain, None)
}

struct Scan<'a> {
    css: &'a str,
    at: usize,
    found: Vec<Finding>,
}

impl Scan<'_> {
    fn say(&mut self, span: (usize, usize), message: impl Into<String>, hint: Option<String>) {
        self.found.push(Finding { span, message: message.into(), hint, is_harmless: false });
    }

    fn sheet(&mut self) {
        loop {
            self.skip_space();
            let rest = &self.css[self.at..];
            let start = self.at;
            match rest.chars().next() {
                None => return,
                Some('@') => self.at_rule(),
                Some('}') => {
                    self.say((start, start + 1), "this `}` closes nothing", None);
                    self.at += 1;
                }
                Some(_) => {
                    let Some(open) = rest.find(['{', '}']).filter(|open| rest.as_bytes()[*open] == b'{') else {
                        let end = start + rest.find('\n').unwrap_or(rest.len());
                        self.say((start, end), "a selector without its `{ … }`", None);
                        return;
                    };
                    let known = self.selectors(start, start + open);
                    self.at = start + open + 1;
                    self.declarations(&known);
                }
            }
        }
    }

    fn skip_space(&mut self) {
        let rest = &self.css[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    /// `@media`, `@import` and the like are refused (`ui.md` 2.1).
    fn at_rule(&mut self) {
        let rest = &self.css[self.at..];
        let word = rest[1..].find(|c: char| !c.is_ascii_alphanumeric() && c != '-').map_or(rest.len(), |end| end + 1);
        let message = format!("AWS refuses `{}`: only rules for single classes are taken", &rest[..word]);
        self.say((self.at, self.at + word), message, None);
        let mut depth = 0_usize;
        let end = rest.char_indices().find_map(|(index, c)| {
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            ((c == ';' || c == '}') && depth == 0).then_some(index + 1)
        });
        self.at += end.unwrap_or(rest.len());
    }

    /// The properties that the selectors' classes have in AWS's template; none when that is not known.
    fn selectors(&mut self, start: usize, end: usize) -> Vec<&'static str> {
        let mut properties = Vec::new();
        let mut from = start;
        for written in self.css[start..end].split(',') {
            let selector = written.trim();
            let begin = from + (written.len() - written.trim_start().len());
            from += written.len() + 1;
            let span = (begin, begin + selector.len());
            match known_class(selector) {
                Ok(list) => properties.extend_from_slice(list),
                Err((message, hint)) => self.say(span, message, hint),
            }
        }
        properties
    }

    fn declarations(&mut self, known: &[&str]) {
        let rest = &self.css[self.at..];
        let Some(end) = rest.find(['}', '{']) else {
            let at = self.at;
            self.say((at.saturating_sub(1), at), "this `{` is not closed", None);
            self.at = self.css.len();
            return;
        };
        if rest.as_bytes()[end] == b'{' {
            self.say((self.at + end, self.at + end + 1), "a rule inside a rule is refused", None);
            self.at += end + 1 + rest[end + 1..].find('}').map_or(rest.len() - end - 1, |close| close + 1);
            return;
        }
        let mut from = self.at;
        for written in rest[..end].split(';') {
            let declaration = written.trim();
            let begin = from + (written.len() - written.trim_start().len());
            from += written.len() + 1;
            if !declaration.is_empty() {
                self.declaration(declaration, begin, known);
            }
        }
        self.at += end + 1;
    }

    fn declaration(&mut self, text: &str, begin: usize, known: &[&str]) {
        let span = (begin, begin + text.len());
        let Some((property, value)) = text.split_once(':') else {
            return self.say(span, format!("`{text}` is no `property: value`"), None);
        };
        let (property, value) = (property.trim().to_ascii_lowercase(), value.trim());
        let lower = value.to_ascii_lowercase();
        if value.is_empty() {
            return self.say(span, format!("`{property}` has no value"), None);
        }
        // `ui.md` 2.1: JavaScript is refused in the text.
        if ["javascript:", "expression(", "<script", "behavior:"].iter().any(|word| lower.contains(word)) {
            return self.say(span, "AWS refuses JavaScript in a style sheet", None);
        }
        if !known.is_empty() && !known.contains(&property.as_str()) {
            let hint = Some(format!("it may be ignored; the template has: {}", known.join(", ")));
            let message = format!("`{property}` is not in AWS's template for this class");
            self.found.push(Finding { span: (begin, begin + property.len()), message, hint, is_harmless: true });
        }
    }
}

type Refusal = (String, Option<String>);

fn known_class(selector: &str) -> Result<&'static [&'static str], Refusal> {
    let classes = || CLASSES.iter().map(|(class, ..)| *class);
    let Some(bare) = selector.strip_prefix('.') else {
        let hint = classes().find(|class| *class == selector).map(|class| format!("did you mean `.{class}`?"));
        let hint = hint.or_else(|| Some("a selector is one of AWS's classes: `.banner-customizable`".to_owned()));
        return Err((format!("`{selector}` is no class selector, and AWS takes no other"), hint));
    };
    let (class, pseudo) = bare.split_once(':').unwrap_or((bare, ""));
    if let Some((.., properties)) = CLASSES.iter().find(|(one, state, _)| *one == class && *state == pseudo) {
        return Ok(properties);
    }
    if classes().any(|one| one == class) {
        let states: Vec<_> = CLASSES.iter().filter(|(one, state, _)| *one == class && !state.is_empty()).collect();
        let hint = states.first().map(|(one, state, _)| format!("AWS takes `.{one}:{state}`"));
        return Err((format!("AWS does not take `:{pseudo}` on `.{class}`"), hint));
    }
    if bare.contains(|c: char| c.is_whitespace() || ">+~.#[*".contains(c)) {
        let hint = "each rule is for one of AWS's classes, alone".to_owned();
        return Err((format!("`{selector}` combines selectors, which AWS refuses"), Some(hint)));
    }
    let hint = crate::near::did_you_mean(class, classes()).map(|word| format!("did you mean `.{word}`?"));
    let hint = hint.or_else(|| {
        let longer = format!("{class}-customizable");
        classes().find(|one| *one == longer).map(|word| format!("did you mean `.{word}`?"))
    });
    let hint = hint.or_else(|| {
        let all: std::collections::BTreeSet<String> = classes().map(|class| format!(".{class}")).collect();
        Some(format!("AWS takes these alone: {}", all.into_iter().collect::<Vec<_>>().join(", ")))
    });
    Err((format!("The CSS class {class} is not in the list of allowed classes"), hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(css: &str) -> Vec<String> {
        findings(css).into_iter().map(|one| format!("{:?} {}", &css[one.span.0..one.span.1], one.message)).collect()
    }

    #[test]
    fn awss_own_template_is_taken() {
        let css = ".logo-customizable { max-width: 60%; }\n/* a, b { */\n.submitButton-customizable:hover {\n  color: #fff;\n}\n";
        assert_eq!(said(css), Vec::<String>::new());
        assert_eq!(said(""), Vec::<String>::new());
        assert_eq!(said(".label-customizable {font-weight: 400;}"), Vec::<String>::new());
    }

    #[test]
    fn what_aws_refuses_is_found_where_it_stands() {
        let css = "@import url(x);\nbody { color: red }\n.banner-customizabel { padding: 1px }\n\
                   .label-customizable:hover { color: red }\n.a .b { x: y }\n@media print { .x { a: b } }\n";
        assert_eq!(
            said(css),
            [
                "\"@import\" AWS refuses `@import`: only rules for single classes are taken",
                "\"body\" `body` is no class selector, and AWS takes no other",
                "\".banner-customizabel\" The CSS class banner-customizabel is not in the list of allowed classes",
                "\".label-customizable:hover\" AWS does not take `:hover` on `.label-customizable`",
                "\".a .b\" `.a .b` combines selectors, which AWS refuses",
                "\"@media\" AWS refuses `@media`: only rules for single classes are taken",
            ]
        );
        assert_eq!(findings(css)[2].hint.as_deref(), Some("did you mean `.banner-customizable`?"));
    }

    #[test]
    fn broken_css_is_found() {
        assert_eq!(said(".label-customizable { color: red"), ["\"{\" this `{` is not closed"]);
        assert_eq!(said("}"), ["\"}\" this `}` closes nothing"]);
        assert_eq!(said(".label-customizable { color }"), ["\"color\" `color` is no `property: value`"]);
        assert_eq!(said(".label-customizable"), ["\".label-customizable\" a selector without its `{ … }`"]);
        assert_eq!(said("/* ü"), ["\"/*\" this comment does not end"]);
        assert_eq!(
            said(".label-customizable { color: expression(1) }"),
            ["\"color: expression(1)\" AWS refuses JavaScript in a style sheet"]
        );
    }

    #[test]
    fn a_property_outside_the_template_is_only_worth_a_word() {
        let found = findings(".label-customizable { float: left }");
        assert!(found.iter().all(|one| one.is_harmless));
        assert_eq!(found[0].message, "`float` is not in AWS's template for this class");
    }
}
