//! The layout of what crosses the boundary, written down in abi_layout.txt: it must not change by accident.

use crate::fixtures::plugin;
use abi_stable::library::AbiHeaderRef;
use abi_stable::type_layout::TypeLayout;
use jitctl_core::abi::ROOT_SYMBOL;
use std::collections::BTreeMap;
use std::fmt::Write;

const WRITTEN_DOWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/abi_layout.txt");
const AUTHOR: &str = include_str!("../../src/author.rs");

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
    let today = described(root_layout());
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

/// One paragraph for each type: its size and alignment, and its fields in order; a function by its signature.
fn described(root: &'static TypeLayout) -> String {
    let mut known = BTreeMap::new();
    let mut todo = vec![root];
    while let Some(layout) = todo.pop() {
        let name = layout.full_type().to_string();
        if known.contains_key(&name) {
            continue;
        }
        let mut text = format!("{name}: {} bytes, aligned to {}\n", layout.size(), layout.alignment());
        let fields = layout.get_fields().into_iter().flatten();
        for field in fields.chain(layout.phantom_fields()) {
            if field.is_function() {
                for function in field.function_range().iter() {
                    writeln!(text, "    {}: {}", field.name(), one_line(&function.to_string())).unwrap();
                }
            } else {
                writeln!(text, "    {}: {}", field.name(), field.full_type()).unwrap();
            }
            todo.push(field.layout());
            for function in field.function_range().iter() {
                todo.extend(function.param_type_layouts.iter().map(|layout| layout()));
                todo.extend(function.return_type_layout().map(|layout| layout()));
            }
        }
        known.insert(name, text);
    }
    let version = env!("CARGO_PKG_VERSION");
    let types: Vec<String> = known.into_values().collect();
    format!("The layout of jitctl-core {version}; abi_layout.rs wrote this.\n\n{}", types.join("\n"))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
