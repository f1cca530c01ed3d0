//! What a stack file declares, in the form of a plan that nobody has asked AWS for: for `stack preflight`, which must be
//! able to say something also where AWS cannot be reached.

use crate::address::Address;
use crate::engine::plan::{Action, Desired, Plan, Planned};
use crate::state::State;

/// All that is declared: what the state knows stays, the rest is to be made; what only the state knows goes.
#[must_use]
pub fn declared(desired: &Desired, state: &State) -> Plan {
    let id = |address: &Address| state.resources.get(address).map(|record| record.id.clone());
    let one = |action, address: &Address| Planned {
        action,
        id: id(address),
        changes: Vec::new(),
        drift: Vec::new(),
        undeclared: Vec::new(),
        desired: None,
        actual: None,
        target: None,
        needs: Vec::new(),
        needed: Vec::new(),
        loses: None,
        warns: Vec::new(),
        is_gone: false,
        deleted_by_us: false,
        revert: None,
        ignored: None,
        is_asked_anew: false,
        at: address.to_string(),
    };
    let going = state.resources.keys().filter(|address| !desired.resources.contains_key(address));
    let going = going.map(|address| (address.clone(), one(Action::Delete, address)));
    let wanted = desired.resources.iter().map(|(address, resource)| {
        let action = if id(address).is_some() { Action::Keep } else { Action::Create };
        let planned = Planned { desired: Some(resource.spec.clone()), at: resource.at.clone(), ..one(action, address) };
        (address.clone(), planned)
    });
    Plan {
        stack: state.stack.clone(),
        lineage: state.lineage.clone(),
        serial: state.serial,
        destroy: false,
        relabelled: crate::engine::moved::Relabelled::default(),
        resources: going.chain(wanted).collect(),
        steps: Vec::new(),
    }
}
