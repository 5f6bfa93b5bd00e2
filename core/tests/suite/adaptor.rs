//! What an author writes arrives at the host unchanged, and nothing that he left out is missed.

use crate::mock::{function, heap, interpreter};
use crate::support::{focus, loaded, started, verdict};
use jitctl_core::host::started::HintRequest;
use jitctl_core::{Fit, Hint, Measure, Origin, RegionKind, Status};
use std::ptr::null_mut;

const AUTHOR: &str = include_str!("../../src/plugin/backend.rs");
const ADAPTOR: &str = include_str!("../../src/plugin/export.rs");
const FORWARDING: &str = include_str!("../../../tests/fixtures/plugins/examples/forwarding.rs");

/// The names of the methods of the trait `Backend`.
fn methods() -> Vec<&'static str> {
    let (_, rest) = AUTHOR.split_once("pub trait Backend:").unwrap();
    let (body, _) = rest.split_once("\n}\n").unwrap();
    // What only a later version has stands behind the variant's name.
    let later = |place: usize| place > 0 && body.lines().nth(place - 1).is_some_and(|line| line.contains("variant"));
    let starts = body.lines().enumerate().filter(|(place, _)| !later(*place));
    starts.filter_map(|(_, line)| line.strip_prefix("    fn ")).map(|rest| &rest[..rest.find('(').unwrap()]).collect()
}

#[test]
fn every_method_is_forwarded() {
    let methods = methods();
    assert_eq!(methods, ["info", "fit", "create", "apply", "undo", "state", "verdict", "notes"]);
    for method in methods {
        let forwarded = [format!("T::{method}("), format!("self.backend.{method}(")];
        assert!(forwarded.iter().any(|call| ADAPTOR.contains(call)), "export.rs does not call {method}");
        assert!(FORWARDING.contains(&format!("    fn {method}(")), "the fixture does not implement {method}");
    }
}

#[test]
fn what_it_says_of_itself() {
    let description = loaded("forwarding").description;
    assert_eq!(description.name, "forwarding");
    assert_eq!(description.version.to_string(), "0.4.5-beta.2");
    assert_eq!(description.description, "answers for every method");
    assert_eq!(description.implementation, "cpython");
    assert_eq!(description.requires.to_string(), ">=3.10, <4");
    assert_eq!(description.rank, 33);
    assert_eq!(description.hints, [Hint::Focus, Hint::Once]);
    assert_eq!(description.interface.to_string(), env!("CARGO_PKG_VERSION"));
}

#[test]
fn its_word_on_the_interpreter() {
    let fit = loaded("forwarding").fit(&interpreter()).unwrap();
    assert_eq!(fit, Fit::ByName("asked about cpython 3.14.2 (JIT built, off)".to_owned()));
    assert_eq!(loaded("minimal").fit(&interpreter()).unwrap(), Fit::Default);
}

#[test]
fn hints() {
    let backend = started("forwarding");
    let function = function("f");
    let request = HintRequest {
        ticket: 99,
        function,
        options: null_mut(),
        hint: Hint::Once,
        origin: Origin::Class,
        previous: Some(Hint::Ignore),
    };
    let verdict = backend.apply(&request).unwrap();
    assert_eq!(verdict.status, Status::Partial);
    assert_eq!(verdict.code, "forwarded");
    assert_eq!(verdict.message, format!("once on {function:?} from Class, before it ignore, ticket 99"));
    assert_eq!(verdict.advice, "nothing to do");
    assert_eq!(verdict.measures, [Measure { name: "answer".into(), value: 42.5, unit: "units".into() }]);

    let verdict = backend.apply(&focus(function, null_mut())).unwrap();
    assert_eq!(verdict.message, format!("focus on {function:?} from Function, before it none, ticket 7"));
    heap::decref(function);
}

#[test]
fn undo_state_notes_and_the_verdict_of_now() {
    let backend = started("forwarding");
    let function = function("f");
    assert!(backend.undo(function).unwrap());
    assert!(!backend.undo(null_mut()).unwrap());
    let state = backend.state(function).unwrap().unwrap();
    assert_eq!((state.instructions, state.specialisable, state.specialised), (10, 8, 6));
    assert!((state.share() - 0.75).abs() < 1e-9);
    let [first, second] = &state.regions[..] else { panic!("{state:?}") };
    assert_eq!((first.kind, first.exits, first.valid), (RegionKind::Function, None, true));
    assert_eq!((second.kind, second.exits, second.valid), (RegionKind::Entry, Some(7), false));
    let [exit] = &state.exits[..] else { panic!("{state:?}") };
    assert_eq!((exit.line, exit.count, exit.code.as_str()), (4, 5_000_000_000, "type-changed"));
    assert_eq!(exit.message, "x became a float");
    assert_eq!(state.extra, [("compile-ms".to_owned(), "0.3".to_owned())]);
    assert_eq!((first.offset, first.line, first.last_line), (4, 2, 3));
    assert_eq!((first.micro_ops, first.machine_code_bytes), (50, 800));
    let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let expected = [pair("runs on", "cpython 3.14.2 (JIT built, off)"), pair("extra pointer", "8")];
    assert_eq!(backend.notes(), expected);
    let verdict = backend.verdict(function).unwrap().unwrap();
    assert_eq!((verdict.status, &*verdict.code), (Status::Applied, "read"));
    assert_eq!(verdict.message, format!("as {function:?} is now"));
    heap::decref(function);
}

#[test]
fn what_was_left_out() {
    let backend = started("minimal");
    let function = function("f");
    assert!(!backend.undo(function).unwrap());
    assert!(backend.state(function).unwrap().is_none());
    assert!(backend.notes().is_empty());
    assert!(backend.verdict(function).unwrap().is_none());
    heap::decref(function);
}

#[test]
fn a_panic_while_the_verdict_is_read() {
    let (backend, function) = (started("panics_in_verdict"), function("f"));
    assert_eq!(backend.verdict(function).unwrap_err().to_string(), "panicked: boom in verdict");
    heap::decref(function);
}

/// abi_stable's own loading functions remember one library for each type: the second would be the first again.
#[test]
fn two_backends_at_once_are_two() {
    let (first, second) = (started("minimal"), started("second"));
    assert_eq!(verdict(&first).message, "minimal");
    assert_eq!(verdict(&second).message, "second");
    assert_eq!(verdict(&first).message, "minimal");
    assert_eq!(loaded("minimal").description.name, "minimal"); // and the same file again is the same
    assert_eq!(loaded("second").description.name, "second");
}

#[test]
fn from_several_threads() {
    let backend = started("minimal");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..500).for_each(|_| assert_eq!(verdict(&backend).message, "minimal")));
        }
    });
}
