//! Which of several records of one name and type answers.
//!
//! What is refused is what the SDK's documentation of `ResourceRecordSet` and of its parts rules out.

use super::Check;
use crate::kinds::dns_record::{
    CLOUDFRONT_ZONE, Coordinates, FailoverRole, GeoLocation, GeoProximity, RecordRouting, RecordType,
};
use crate::stack::compose::TTL;
use crate::stack::{RecordSettings, at};

impl Check<'_> {
    /// What a record's routing says against itself, and against the record.
    pub(super) fn routing(&mut self, of: &str, record: &RecordSettings, routing: &RecordRouting) {
        let at = at::key(of, "routing");
        match routing.policies()[..] {
            [] => self.advise(&at, "`routing` says nothing of when this record answers", "for example `weight: 10`"),
            [_] => {}
            [one, other, ..] => {
                let message = format!("`{one}` and `{other}` exclude each other");
                self.advise(
                    at::key(&at, other),
                    message,
                    "keep one of them, the same for all records of this name and type",
                );
            }
        }
        // What the documentation of `Type` lists for records of each policy.
        if matches!(record.r#type, RecordType::Ns | RecordType::Ds) {
            let message = format!("Route 53 does not choose among {} records", record.r#type.as_str());
            self.advise(&at, message, "write one record with all its values");
        }
        if let Some(is_one) = routing.multi_value_answer {
            let place = at::key(&at, "multi_value_answer");
            if !is_one {
                self.advise(&place, "this can only be `true`", "delete the line, and say how this record is chosen");
            } else if record.alias.is_some() {
                self.advise(
                    &place,
                    "an alias cannot be one of several answers",
                    "write its `values`, or another policy",
                );
            } else if record.r#type == RecordType::Cname {
                let message = "a CNAME record cannot be one of several answers";
                self.advise(&place, message, "choose another policy, such as `weight`");
            }
        }
        if let Some(role) = routing.failover {
            self.failover(of, record, role);
        }
        if let Some(location) = &routing.geo_location {
            self.geo_location(&at::key(&at, "geo_location"), location);
        }
        if let Some(location) = &routing.geo_proximity_location {
            self.proximity(&at::key(&at, "geo_proximity_location"), location);
        }
    }

    fn failover(&mut self, of: &str, record: &RecordSettings, role: FailoverRole) {
        match &record.alias {
            // CloudFront has no health that could be followed.
            Some(alias) if alias.zone_id != CLOUDFRONT_ZONE && alias.evaluate_target_health != Some(true) => {
                let place = at::key(&at::key(of, "alias"), "evaluate_target_health");
                let message = "an alias in a failover follows its target's health";
                self.advise(place, message, "write `evaluate_target_health: true`");
            }
            None if role == FailoverRole::Primary && record.health_check_id.is_none() => {
                let message = "nothing says when the secondary record is to answer instead of this one";
                self.warn(of, message, "name a health check: `health_check_id: …`");
            }
            _ => {}
        }
    }

    fn geo_location(&mut self, at: &str, location: &GeoLocation) {
        let GeoLocation { continent_code, country_code, subdivision_code } = location;
        match (continent_code, country_code.as_deref(), subdivision_code) {
            (None, None, _) => {
                self.advise(at, "neither a continent nor a country is named", "for example `continent_code: EU`");
            }
            (Some(_), Some(_), _) => {
                let message = "`continent_code` and `country_code` exclude each other";
                self.advise(at::key(at, "continent_code"), message, "keep one of them");
            }
            (_, country, Some(_)) if !matches!(country, Some("US" | "UA")) => {
                let message = "Route 53 knows the parts of the countries US and UA alone";
                self.advise(at::key(at, "subdivision_code"), message, "write `country_code: US`, or delete the line");
            }
            _ => {}
        }
    }

    fn proximity(&mut self, at: &str, location: &GeoProximity) {
        let GeoProximity { aws_region, local_zone_group, coordinates, bias: _ } = location;
        let declared = [aws_region.is_some(), local_zone_group.is_some(), coordinates.is_some()];
        if declared.into_iter().filter(|is_declared| *is_declared).count() != 1 {
            let message =
                "one of `aws_region`, `local_zone_group` and `coordinates` says where this record's server is";
            self.advise(at, message, "keep one of them: `aws_region: eu-central-1`");
        }
        let Some(Coordinates { latitude, longitude }) = coordinates else { return };
        for (key, degrees) in [("latitude", latitude), ("longitude", longitude)] {
            if (degrees * 100.0).round() / 100.0 - degrees != 0.0 {
                let place = at::key(&at::key(at, "coordinates"), key);
                let message = format!("{degrees} has more than two decimal places, which is all that Route 53 keeps");
                self.advise(place, message, format!("write {degrees:.2}"));
            }
        }
    }

    /// What two records of one name and type say against each other.
    pub(super) fn beside(&mut self, at: &str, record: &RecordSettings, by: &str, other: &RecordSettings) {
        let (Some(own), Some(theirs)) = (&record.routing, &other.routing) else {
            let (name, kind) = (&record.name, record.r#type.as_str());
            let message = if record.routing.is_some() || other.routing.is_some() {
                format!(
                    "of the {kind} records of `{name}`, this one and `{by}`, one has a `routing` and the other has none"
                )
            } else {
                format!("`{by}` makes the {kind} record of `{name}` already")
            };
            let hint =
                "one record holds all values of a name and type, or each has a `routing` that says when it answers";
            return self.advise(at, message, hint);
        };
        let place = at::key(at, "routing");
        if own.set_identifier == theirs.set_identifier {
            let message = format!("`{by}` has the identifier `{}` already", own.set_identifier);
            let hint = "each record of a name and type has its own";
            return self.advise(at::key(&place, "set_identifier"), message, hint);
        }
        let (policies, others) = (own.policies(), theirs.policies());
        let ([policy], [their]) = (&policies[..], &others[..]) else { return };
        if policy != their {
            let message = format!("`{by}` is chosen by `{their}`, and this record by `{policy}`");
            let hint = "all records of one name and type have the same policy";
            return self.advise(at::key(&place, policy), message, hint);
        }
        let is_same = match *policy {
            "region" => own.region == theirs.region,
            "failover" => own.failover == theirs.failover,
            "geo_location" => own.geo_location == theirs.geo_location,
            "cidr_routing_config" => own.cidr_routing_config == theirs.cidr_routing_config,
            _ => false,
        };
        if is_same {
            let message = format!("`{by}` has the same `{policy}`");
            self.advise(at::key(&place, policy), message, "each record of a name and type has its own");
        }
        let is_timed = record.alias.is_none() && other.alias.is_none();
        if *policy == "weight" && is_timed && record.ttl.unwrap_or(TTL) != other.ttl.unwrap_or(TTL) {
            let message = format!("`{by}` is kept for another time");
            self.advise(at::key(at, "ttl"), message, "records that are chosen by weight have one `ttl`");
        }
    }
}
