//! Which of several backends is used, and what is kept of the others.

use crate::fixtures::{library, plugin};
use crate::mock::interpreter;
use crate::support::{Folder, check_message, mock_table, verdict};
use jitctl_core::Fit;
use jitctl_core::host::LoadError;
use jitctl_core::host::registry::{Candidate, Registry, Source};
use std::path::PathBuf;

/// A registry with our own backends and those on the path.
fn registry(own: &[&str], path: &[&str]) -> Registry {
    let mut registry = Registry::new(interpreter());
    own.iter().for_each(|name| registry.add(name, &plugin(name), Source::BuiltIn));
    path.iter().for_each(|name| registry.add(name, &plugin(name), Source::Path));
    registry
}

fn candidate<'a>(registry: &'a Registry, name: &str) -> &'a Candidate {
    registry.candidates().iter().find(|candidate| candidate.name() == name).unwrap()
}

fn code(registry: &Registry, name: &str) -> String {
    match candidate(registry, name).outcome() {
        None => "not examined".to_owned(),
        Some(Ok(fit)) => format!("{fit:?}"),
        Some(Err(error)) => error.code().to_owned(),
    }
}

/// What is chosen without a name; its verdict proves which one was started.
fn chosen(registry: &mut Registry, order: &[&str]) -> Option<String> {
    let backend = registry.start_default(order, mock_table())?;
    let message = verdict(&backend).message.into_owned();
    assert_eq!(registry.chosen().unwrap().name(), message);
    Some(message)
}

#[test]
fn empty() {
    let mut registry = registry(&[], &[]);
    assert!(chosen(&mut registry, &["minimal"]).is_none());
    assert!(registry.chosen().is_none());
    assert!(registry.start_named("minimal", mock_table()).err().unwrap().is_empty());
}

#[test]
fn the_first_of_ours_that_fits_and_the_others_stay_closed() {
    let mut registry = registry(&["minimal", "second"], &[]);
    assert_eq!(chosen(&mut registry, &["second", "minimal"]).unwrap(), "second");
    assert_eq!(code(&registry, "second"), "Default");
    assert_eq!(code(&registry, "minimal"), "not examined");
}

#[test]
fn a_higher_rank_on_the_path_wins_and_a_lower_one_does_not() {
    assert_eq!(chosen(&mut registry(&["second"], &["high_rank"]), &["second"]).unwrap(), "high");
    assert_eq!(chosen(&mut registry(&["second"], &["minimal"]), &["second"]).unwrap(), "second");
    let mut entry_point = registry(&["second"], &[]);
    entry_point.add("high", &plugin("high_rank"), Source::EntryPoint);
    assert_eq!(chosen(&mut entry_point, &["second"]).unwrap(), "high");
}

#[test]
fn of_equal_ranks_the_first_one_wins() {
    assert_eq!(chosen(&mut registry(&["second"], &["equal_rank"]), &["second"]).unwrap(), "second");
    assert_eq!(chosen(&mut registry(&[], &["equal_rank", "second"]), &[]).unwrap(), "equal");
}

#[test]
fn what_declines_in_create_is_followed_by_the_next() {
    let mut registry = registry(&["second"], &["declines_in_create", "panics_in_create", "fit_no", "fit_by_name"]);
    assert_eq!(chosen(&mut registry, &["second"]).unwrap(), "second");
    assert_eq!(code(&registry, "declines"), "self-test");
    assert_eq!(code(&registry, "panics-in-create"), "panicked");
    assert_eq!(code(&registry, "fit-no"), "does-not-fit");
    assert!(matches!(candidate(&registry, "by-name").outcome(), Some(Ok(Fit::ByName(_)))));
}

/// Ours of a lower rank still go before a plugin that ranks below them.
#[test]
fn one_of_ours_that_declines_is_followed_by_the_next_of_ours() {
    let mut registry = registry(&["declines_in_create", "second"], &["minimal"]);
    assert_eq!(chosen(&mut registry, &["declines_in_create", "second"]).unwrap(), "second");
}

#[test]
fn a_lower_rank_on_the_path_is_better_than_none() {
    let mut registry = registry(&["declines_in_create", "fit_no"], &["minimal"]);
    assert_eq!(chosen(&mut registry, &["declines_in_create", "fit_no"]).unwrap(), "minimal");
}

#[test]
fn a_missing_or_broken_file_leaves_the_others_working() {
    let folder = Folder::new();
    let missing = folder.path().join("libmissing.so");
    let mut registry = registry(&[], &["no_symbol", "wrong_range"]);
    registry.add("missing", &missing, Source::BuiltIn);
    registry.add("text", &folder.file("libtext.so", b"text"), Source::Path);
    registry.add("abort", &library("panic_abort"), Source::Path);
    registry.add("second", &plugin("second"), Source::BuiltIn);
    assert_eq!(chosen(&mut registry, &["missing", "second"]).unwrap(), "second");
    registry.examine_all();
    for (name, expected) in [
        ("missing", "not-found"),
        ("text", "not-a-library"),
        ("abort", "panic-abort"),
        ("no_symbol", "not-a-backend"),
        ("wrong-range", "interpreter"),
    ] {
        assert_eq!(code(&registry, name), expected);
        let candidate = candidate(&registry, name);
        check_message(candidate.outcome().unwrap().unwrap_err(), &candidate.path);
    }
}

#[test]
fn by_name() {
    let mut registry = registry(&["minimal", "second"], &["high_rank"]);
    let backend = registry.start_named("minimal", mock_table()).unwrap();
    assert_eq!(verdict(&backend).message, "minimal");
    assert_eq!(code(&registry, "second"), "not examined");
    assert_eq!(registry.chosen().unwrap().name(), "minimal");
}

#[test]
fn by_the_name_inside_a_file_that_is_called_otherwise() {
    let mut registry = registry(&["minimal"], &["high_rank"]); // its name is `high`
    let backend = registry.start_named("high", mock_table()).unwrap();
    assert_eq!(verdict(&backend).message, "high");
}

#[test]
fn what_fits_by_name_only() {
    let backend = registry(&[], &["fit_by_name"]).start_named("by-name", mock_table()).unwrap();
    assert_eq!(verdict(&backend).message, "by-name");
    assert!(chosen(&mut registry(&[], &["fit_by_name"]), &[]).is_none());
}

#[test]
fn by_a_name_that_cannot_be_used() {
    let mut registry = registry(&["second"], &["wrong_range", "declines_in_create"]);
    let reasons = registry.start_named("wrong-range", mock_table()).err().unwrap();
    assert!(matches!(reasons[..], [LoadError::Interpreter { .. }]), "{reasons:?}");
    let reasons = registry.start_named("declines", mock_table()).err().unwrap();
    assert!(matches!(reasons[..], [LoadError::Declined { .. }]), "{reasons:?}");
    assert!(registry.start_named("nobody", mock_table()).err().unwrap().is_empty());
    assert!(registry.chosen().is_none());
}

/// Of an offer of several, the first is followed by those of it that fit by default; a single one is followed by none.
#[test]
fn an_offer_of_several_is_a_chain() {
    let names = |registry: &Registry| registry.chain().map(|c| c.name().to_owned()).collect::<Vec<_>>();
    let mut several = registry(&["second", "minimal", "fit_by_name", "fit_no"], &[]);
    assert_eq!(chosen(&mut several, &["second"]).unwrap(), "second");
    let behind = several.start_behind(&["second", "fit_no", "minimal", "fit_by_name"], mock_table());
    assert_eq!(behind.iter().map(|one| verdict(one).message.into_owned()).collect::<Vec<_>>(), ["minimal"]);
    assert_eq!(names(&several), ["second", "minimal"]);

    let mut other = registry(&["second", "minimal"], &["high_rank"]);
    assert_eq!(chosen(&mut other, &["second"]).unwrap(), "high");
    assert!(other.start_behind(&["second", "minimal"], mock_table()).is_empty());
    assert_eq!(names(&other), ["high"]);
}

#[test]
fn several_by_name_are_a_chain_in_their_order() {
    let mut registry = registry(&["minimal", "second"], &["high_rank"]);
    for name in ["high", "minimal"] {
        assert_eq!(verdict(&registry.start_named(name, mock_table()).unwrap()).message, name);
    }
    assert_eq!(registry.chain().map(Candidate::name).collect::<Vec<_>>(), ["high", "minimal"]);
}

#[test]
fn a_file_that_is_added_twice() {
    let folder = Folder::new();
    let link = folder.path().join("libanother_name.so");
    std::os::unix::fs::symlink(plugin("minimal"), &link).unwrap();
    let mut registry = registry(&["minimal"], &["minimal"]);
    registry.add("minimal", &link, Source::Path);
    assert_eq!(registry.candidates().len(), 1);
}

/// Two copies of the fixtures with one name: whatever is asked for, neither is used, and each names the other.
#[test]
fn two_of_one_name() {
    for order in [["twin_one", "twin_two"], ["twin_two", "twin_one"]] {
        let mut registry = registry(&["minimal"], &order);
        assert_eq!(chosen(&mut registry, &["minimal"]).unwrap(), "minimal");
        let taken: Vec<(PathBuf, PathBuf)> = registry.candidates()[1..].iter().map(taken).collect();
        let [one, two] = order.map(plugin);
        assert_eq!(taken, [(one.clone(), two.clone()), (two, one)]);
        let reasons = registry.start_named("twin", mock_table()).err().unwrap();
        assert_eq!(reasons.len(), 2);
    }
}

/// The name of the file does not matter: `twin_one.so` is looked at when `twin` is asked for.
#[test]
fn two_of_one_name_when_it_is_asked_for() {
    let mut registry = registry(&[], &["minimal"]);
    registry.add("twin", &plugin("twin_one"), Source::Path);
    registry.add("other", &plugin("twin_two"), Source::Path);
    let reasons = registry.start_named("twin", mock_table()).err().unwrap();
    assert_eq!(reasons.iter().map(LoadError::code).collect::<Vec<_>>(), ["name-taken", "name-taken"]);
}

#[test]
fn our_own_name_is_ours() {
    for loaded_first in [true, false] {
        let mut registry = Registry::new(interpreter());
        registry.add("shadow", &plugin("twin_one"), Source::Path);
        registry.add("twin", &plugin("twin_two"), Source::BuiltIn);
        if loaded_first {
            registry.examine_all();
        }
        let backend = registry.start_named("twin", mock_table()).unwrap();
        assert_eq!(verdict(&backend).message, "twin");
        registry.examine_all();
        assert_eq!(registry.chosen().unwrap().path, plugin("twin_two"));
        assert_eq!(taken(&registry.candidates()[0]), (plugin("twin_one"), plugin("twin_two")));
        assert!(registry.candidates()[1].outcome().unwrap().is_ok());
    }
}

fn taken(candidate: &Candidate) -> (PathBuf, PathBuf) {
    match candidate.outcome() {
        Some(Err(error @ LoadError::NameTaken { path, other, .. })) => {
            check_message(error, &candidate.path);
            (path.clone(), other.clone())
        }
        other => panic!("expected NameTaken, got {other:?}"),
    }
}
