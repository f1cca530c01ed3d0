//! Tags of hosted zones, set and taken away by one call and shown by another (`other_resources.md` 11).

use super::Zone;
use super::api::input;
use crate::sandbox::xml::Element;
use crate::sandbox::{Refusal, World};
use std::collections::BTreeMap;

/// Tags that one call may add, and keys that it may take away (Route 53's API reference, `ChangeTagsForResource`).
const AT_ONCE: usize = 10;
/// Characters of a key and of a value.
const KEY: usize = 128;
const VALUE: usize = 256;

/// `ChangeTagsForResource`: adds to a zone's tags, or takes some of them away; what it does not name stays.
pub(super) fn change(world: &mut World, id: &str, request: &Element) -> Result<Element, Refusal> {
    if request.name != "ChangeTagsForResourceRequest" || request.stranger(&["AddTags", "RemoveTagKeys"]).is_some() {
        return Err(Refusal::new("MalformedInput", "Expected a ChangeTagsForResourceRequest"));
    }
    world.route53.zone(id)?;
    let items = |list: &str| request.child(list).map_or(&[][..], |list| &list.children[..]);
    let (added, removed) = (items("AddTags"), items("RemoveTagKeys"));
    if added.is_empty() && removed.is_empty() {
        return Err(input("Invalid request: either AddTags or RemoveTagKeys must be given"));
    }
    if added.len() > AT_ONCE || removed.len() > AT_ONCE {
        return Err(input(format!("Invalid request: no more than {AT_ONCE} tags in one request")));
    }
    let keys = removed.iter().map(|key| key.text.as_str());
    let mut tags = BTreeMap::new();
    for tag in added {
        let (key, value) = (tag.text_of("Key").unwrap_or_default(), tag.text_of("Value").unwrap_or_default());
        if value.chars().count() > VALUE {
            return Err(input(format!("Invalid request: a tag's value has at most {VALUE} characters")));
        }
        tags.insert(key.to_owned(), value.to_owned());
    }
    if keys.clone().chain(tags.keys().map(String::as_str)).any(|key| key.is_empty() || key.chars().count() > KEY) {
        return Err(input(format!("Invalid request: a tag's key has 1 to {KEY} characters")));
    }
    let keys: Vec<String> = keys.map(ToOwned::to_owned).collect();
    if let Some(zone) = world.route53.zones.get_mut(id) {
        zone.tags.retain(|key, _| !keys.contains(key));
        zone.tags.extend(tags);
    }
    Ok(Element::new("ChangeTagsForResourceResponse"))
}

/// `ListTagsForResource`.
pub(super) fn list(world: &World, id: &str) -> Result<Element, Refusal> {
    let Zone { tags, .. } = world.route53.zone(id)?;
    let tags = tags.iter().map(|(key, value)| Element::new("Tag").leaf("Key", key).leaf("Value", value));
    let set = Element::new("ResourceTagSet").leaf("ResourceType", "hostedzone").leaf("ResourceId", id);
    Ok(Element::new("ListTagsForResourceResponse").with(set.with(Element::new("Tags").with_all(tags))))
}
