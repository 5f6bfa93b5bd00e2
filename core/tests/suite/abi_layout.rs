//! The layout of what crosses the boundary, written down in abi_layout.txt: it must not change by accident.

use crate::fixtures::plugin;
use abi_stable::library::AbiHeaderRef;
use abi_stable::type_layout::{TLFunction, TypeLayout};
use jitctl_core::abi::ROOT_SYMBOL;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;

const WRITTEN_DOWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/abi_layout.txt");
const AUTHOR: &str = include_str!("../../src/plugin/export.rs");

/// The macro must spell the name as a literal, since `export_name` takes nothing else.
#[test]
fn the_macro_exports_the_symbol_that_the_loader_looks_for() {
    assert!(AUTHOR.contains(&format!("#[unsafe(export_name = \"{ROOT_SYMBOL}\")]")));
    assert_eq!(AUTHOR.matches("export_name = ").count(), 1);
}

/// Where this fails, see "What may change" in PLUGINS.md. An allowed change, with its new version, is written down with
/// `JITCTL_WRITE_LAYOUT=1 cargo test -p jitctl-core layout`.
#[test]
fn the_layout_is_the_one_that_was_written_down() {
    let today = format!("{}\n{}", described(root_layout()), numbers());
    if std::env::var_os("JITCTL_WRITE_LAYOUT").is_some() {
        std::fs::write(WRITTEN_DOWN, &today).unwrap();
    }
    let then = std::fs::read_to_string(WRITTEN_DOWN).unwrap();
    for (line, (old, new)) in then.lines().zip(today.lines()).enumerate() {
        assert_eq!(old, new, "abi_layout.txt, line {}: the ABI changed; may it? See PLUGINS.md", line + 1);
    }
    assert_eq!(then.lines().count(), today.lines().count(), "the ABI changed; may it? See PLUGINS.md");
}

/// The layout that a real backend carries.
fn root_layout() -> &'static TypeLayout {
    let path = plugin("minimal");
    // SAFETY: our own fixture, built with this very core.
    let header = unsafe {
        let library = Box::leak(Box::new(libloading::Library::new(path).unwrap()));
        *library.get::<AbiHeaderRef>(ROOT_SYMBOL.as_bytes()).unwrap()
    };
    header.upgrade().unwrap().layout().unwrap()
}

/// One paragraph for each type of this crate: its size and alignment, and its fields in order. The types of abi_stable
/// stand in the fields' types; how they are laid out goes with the version of abi_stable, which the loader checks.
fn described(root: &'static TypeLayout) -> String {
    let mut known = BTreeMap::new();
    let mut seen = HashSet::new();
    let mut todo = vec![root];
    while let Some(layout) = todo.pop() {
        if !seen.insert(layout.get_utypeid()) {
            continue;
        }
        let mut text = format!("{}: {} bytes, aligned to {}\n", name(layout), layout.size(), layout.alignment());
        for field in layout.get_fields().into_iter().flatten() {
            if field.is_function() {
                for function in field.function_range().iter() {
                    writeln!(text, "    {}: {}", field.name(), signature(&function)).unwrap();
                    todo.extend(function.param_type_layouts.iter().map(|layout| layout()));
                    todo.extend(function.return_type_layout().map(|layout| layout()));
                }
            } else {
                writeln!(text, "    {}: {}", field.name(), name(field.layout())).unwrap();
            }
            todo.push(field.layout());
        }
        todo.extend(layout.phantom_fields().into_iter().map(|field| field.layout()));
        todo.extend(layout.generics().type_params().iter().map(|parameter| parameter()));
        if layout.package().as_str() == env!("CARGO_PKG_NAME") {
            known.insert(name(layout), text);
        }
    }
    let version = env!("CARGO_PKG_VERSION");
    let types: Vec<String> = known.into_values().collect();
    format!("The layout of jitctl-core {version} on 64 bits; abi_layout.rs wrote this.\n\n{}", types.join("\n"))
}

/// The numbers that stand for kinds of things on the wire, as the sources give them.
fn numbers() -> String {
    let sources = [
        ("abi/backend.rs", include_str!("../../src/abi/backend.rs")),
        ("abi/facts.rs", include_str!("../../src/abi/facts.rs")),
        ("abi/values.rs", include_str!("../../src/abi/values.rs")),
        ("types/hint.rs", include_str!("../../src/types/hint.rs")),
        ("types/verdict.rs", include_str!("../../src/types/verdict.rs")),
        ("types/state.rs", include_str!("../../src/types/state.rs")),
    ];
    let mut text = String::new();
    for (file, source) in sources {
        let numbered = source.lines().filter_map(|line| {
            let line = line.trim();
            let constant = line.strip_prefix("pub const ").and_then(|rest| rest.strip_suffix(';'));
            let arm = line.strip_prefix("Self::").and_then(|rest| rest.strip_suffix(','));
            constant.or(arm).filter(|rest| rest.contains('=') && rest.ends_with(|c: char| c.is_ascii_hexdigit()))
        });
        numbered.for_each(|line| writeln!(text, "{file}: {line}").unwrap());
    }
    text
}

/// Its name with what it holds or points to; a vtable's with its module, since all are called the same.
fn name(layout: &'static TypeLayout) -> String {
    let full = layout.full_type().to_string();
    let held = || layout.get_fields().into_iter().flatten().chain(layout.phantom_fields()).map(|field| field.layout());
    if full.starts_with(['&', '*']) {
        let kind = if full.contains("mut ") { "*mut" } else { "*" };
        return format!("{kind} {}", held().next().map(name).unwrap_or_default());
    }
    let own = layout.name();
    let parameters: Vec<String> = match own {
        "RVec" | "RSlice" => held().next().map(name).into_iter().collect(),
        "RResult" | "ROption" => held().map(name).collect(),
        "VTable" => return format!("VTable of {}", layout.mod_path()),
        _ => layout.generics().type_params().iter().map(|parameter| name(parameter())).collect(),
    };
    if parameters.is_empty() { own.to_owned() } else { format!("{own}<{}>", parameters.join(", ")) }
}

fn signature(function: &TLFunction) -> String {
    let parameters: Vec<String> = function.param_type_layouts.iter().map(|layout| name(layout())).collect();
    let result = function.return_type_layout().map_or_else(|| "()".to_owned(), |layout| name(layout()));
    format!("fn({}) -> {result}", parameters.join(", "))
}
