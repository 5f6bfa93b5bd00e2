//! Shared libraries that are no usable backend, each a compiled one.

use crate::fixtures::{library, plugin};
use crate::support::{Folder, compile_c, probe, refused};
use jitctl_core::host::LoadError;

#[test]
fn no_symbol() {
    let error = refused(&plugin("no_symbol"));
    let LoadError::NotABackend { symbol, .. } = error else { panic!("{error:?}") };
    assert_eq!(symbol, jitctl_core::abi::ROOT_SYMBOL);
}

#[test]
fn garbage_under_the_symbol() {
    let error = refused(&plugin("garbage_symbol"));
    assert!(matches!(error, LoadError::AbiStable { .. } | LoadError::NotABackend { .. }), "{error:?}");
}

#[test]
fn another_version_of_abi_stable() {
    let error = refused(&library("other_abi_stable"));
    let LoadError::AbiStable { found, expected, offered, .. } = error else { panic!("{error:?}") };
    assert_eq!((found.as_str(), expected.as_str()), ("0.10", "0.11"));
    assert_eq!(offered, env!("CARGO_PKG_VERSION"));
}

#[test]
fn another_interface() {
    for (name, version) in
        [("interface_too_old", "0.9.0"), ("interface_too_new", "2.0.0"), ("interface_nonsense", "yesterday and before")]
    {
        let error = refused(&plugin(name));
        let LoadError::Interface { found, offered, .. } = error else { panic!("{error:?}") };
        assert_eq!((found.as_str(), offered.as_str()), (version, env!("CARGO_PKG_VERSION")));
    }
}

#[test]
fn the_same_version_with_another_layout() {
    let error = refused(&library("changed_plugin"));
    let LoadError::Layout { detail, .. } = error else { panic!("{error:?}") };
    assert!(detail.contains("depth") && detail.contains("u32"), "{detail}");
}

#[test]
fn the_same_version_with_another_root() {
    let error = refused(&plugin("foreign_layout"));
    assert!(matches!(error, LoadError::Layout { .. }), "{error:?}");
}

/// Even where its `info` panics: the flag must be read before any of its own code runs.
#[test]
fn built_to_abort() {
    let path = library("panic_abort");
    let report = probe(&path);
    assert!(report.survived().said("refused").starts_with("refused\tpanic-abort\t"), "{report:?}");
    assert_eq!(refused(&path), LoadError::PanicAbort { path });
}

#[test]
fn descriptions_that_are_wrong() {
    for (name, start) in [
        ("bad_name", r#"name "Bad\nName"; expected lower-case"#),
        ("bad_version", r#"version "one\npoint two""#),
        ("bad_requires", r#"requires "3.14 or\nso""#),
    ] {
        let error = refused(&plugin(name));
        let LoadError::Description { detail, .. } = error else { panic!("{error:?}") };
        assert!(detail.starts_with(start), "{detail}");
    }
}

/// With lazy binding it would load, and end the process at its first call.
#[test]
fn an_undefined_symbol_that_is_bound_lazily() {
    let folder = Folder::new();
    let Some(path) = compile_c("lazy", &folder, &["-shared", "-fPIC", "-z", "lazy"]) else {
        return;
    };
    let report = probe(&path);
    let said = report.survived().said("refused");
    assert!(said.starts_with("refused\topen\t") && said.contains("jitctl_nobody_defines_this"), "{said}");
}

#[test]
fn a_symbol_at_address_zero() {
    let folder = Folder::new();
    let Some(path) = compile_c("null_symbol", &folder, &["-shared", "-fPIC"]) else { return };
    let report = probe(&path);
    assert!(report.survived().said("refused").starts_with("refused\tnot-a-backend\t"), "{report:?}");
}

#[test]
fn a_symbol_of_one_byte() {
    let folder = Folder::new();
    let Some(path) = compile_c("small_symbol", &folder, &["-shared", "-fPIC"]) else { return };
    let report = probe(&path);
    let said = report.survived().said("refused");
    assert!(
        said.starts_with("refused\tabi-stable-version\t") || said.starts_with("refused\tnot-a-backend\t"),
        "{said}"
    );
}
