//! Style sheets and logos that cannot be read, or that AWS would not take.

use std::fs;

use super::names::{link, pipe, shut};
use super::row::{Row, row};

const CSS: &str = "stacks/ui/login.css";
const LOGO: &str = "stacks/ui/logo.png";

pub(super) fn rows() -> Vec<Row> {
    [style_sheets(), logos()].into_iter().flatten().collect()
}

/// What is said of a style sheet or logo stands at the line of base.yaml that names it.
fn at_base(row: Row) -> Row {
    row.says("stacks/base.yaml:")
}

fn style_sheets() -> Vec<Row> {
    let is = |name, bytes: &[u8]| at_base(row(name).file(CSS, bytes));
    vec![
        at_base(row("no style sheet").with(|house| fs::remove_file(house.path(CSS)).unwrap()))
            .says("stacks/ui/login.css cannot be read: there is no such file"),
        is("an empty style sheet", b"").says("stacks/ui/login.css is empty"),
        is("a style sheet of one byte too many", &vec![b' '; 131_073])
            .says("has 131073 bytes; AWS takes at most 131072"),
        row("a style sheet that is not UTF-8")
            .file(CSS, *b"/* caf\xe9 */\n")
            .says("stacks/ui/login.css:1:7")
            .says("save it as UTF-8"),
        row("a picture in the place of a style sheet")
            .with(|house| {
                fs::copy(house.path(LOGO), house.path(CSS)).unwrap();
            })
            .says("stacks/ui/login.css:1:1"),
        row("a page in the place of a style sheet")
            .file(CSS, *b"<html><style>a { color: red }</style></html>\n")
            .says("stacks/ui/login.css:1:1"),
        row("a style sheet for other pages").file(CSS, *b"body { color: red }\n").says("stacks/ui/login.css:1:1"),
        row("a style sheet that ends too soon")
            .file(CSS, *b".label-customizable { color: red\n")
            .says("stacks/ui/login.css:1:21")
            .without_hint(),
        at_base(row("a style sheet that may not be read").with(|house| shut(&house.path(CSS), 0o000)).somebody())
            .says("permission is denied"),
        at_base(row("a directory in the place of a style sheet").with(|house| {
            fs::remove_file(house.path(CSS)).unwrap();
            fs::create_dir(house.path(CSS)).unwrap();
        }))
        .says("is not a file"),
        at_base(row("a pipe in the place of a style sheet").with(|house| pipe(&house.path(CSS)))).says("is not a file"),
        at_base(row("a style sheet that is a link to itself").with(|house| link("login.css", &house.path(CSS)))),
        row("a style sheet on this machine alone")
            .edit("stacks/base.yaml", "css: ui/login.css", "css: /ui/login.css")
            .says("stacks/base.yaml:")
            .says("relative to the stack file"),
    ]
}

fn logos() -> Vec<Row> {
    let is = |name, bytes: &[u8]| at_base(row(name).file(LOGO, bytes));
    let mut large = b"\x89PNG\r\n\x1a\n".to_vec();
    large.resize(100 * 1024 + 1, 0);
    vec![
        at_base(row("no logo").with(|house| fs::remove_file(house.path(LOGO)).unwrap()))
            .says("stacks/ui/logo.png cannot be read: there is no such file"),
        is("an empty logo", b"").says("stacks/ui/logo.png is empty"),
        is("a logo of one byte too many", &large).says("has 102401 bytes; AWS takes at most 102400"),
        is("a GIF", b"GIF89a\x01\0\x01\0").says("neither PNG nor JPEG, but GIF"),
        is("a WebP", b"RIFF\x24\0\0\0WEBPVP8 ").says("neither PNG nor JPEG, but WebP"),
        is("an SVG", b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>\n").says("but SVG"),
        is("text in the place of a logo", b"logo\n").says("neither PNG nor JPEG"),
        at_base(row("a logo that may not be read").with(|house| shut(&house.path(LOGO), 0o000)).somebody())
            .says("permission is denied"),
        at_base(
            row("a directory of logos that may not be read")
                .with(|house| shut(&house.path("stacks/ui"), 0o000))
                .somebody(),
        )
        .says("permission is denied"),
        at_base(row("a pipe in the place of a logo").with(|house| pipe(&house.path(LOGO)))).says("is not a file"),
        row("all files at once").file(CSS, "").file(LOGO, "").says("stacks/dev.yaml has 2 problems"),
    ]
}
