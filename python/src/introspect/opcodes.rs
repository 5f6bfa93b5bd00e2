//! The opcodes of the running interpreter, read from its own modules once.

use super::interpreter;
use crate::modules;
use jitctl_core::Opcode;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use std::collections::HashMap;

/// What the decoder has to know of an opcode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Plain,
    ExtendedArg,
    /// A jump back, relative to the next instruction.
    JumpBack,
    /// A jump to an absolute code unit (3.10).
    JumpAbsolute,
    Yield,
    Call,
    Try,
    LoadGlobal,
    LoadName,
    StoreAttribute,
    Import,
    Resume,
    EnterExecutor,
}

/// One entry of the table, by number.
#[derive(Clone, Default)]
pub struct Entry {
    pub name: String,
    pub base: u16,
    pub caches: u8,
    pub counter: bool,
    pub kind: Kind,
    /// Its base has specialised forms that matter (a jump's or an entry's forms do not).
    pub specialisable: bool,
    /// It is such a form.
    pub specialised: bool,
    /// A base that becomes an adaptive form when its code is quickened (3.11), and is itself again only where CPython gave
    /// it up.
    pub quickens: bool,
}

/// The table of all opcodes.
pub struct Table {
    entries: Vec<Entry>,
    /// The low bits of an adaptive counter that hold its backoff; none where no counters show, or nothing is known of this
    /// version's.
    pub backoff_bits: Option<u32>,
}

static TABLE: PyOnceLock<Table> = PyOnceLock::new();

/// The table; read on first use, since most processes never need it.
pub fn table(py: Python<'_>) -> PyResult<&Table> {
    TABLE.get_or_try_init(py, || Table::read(py))
}

impl Table {
    pub fn get(&self, number: u8) -> &Entry {
        &self.entries[usize::from(number)]
    }

    /// The number of the instruction that enters compiled code, where there is one.
    pub fn enter_executor(&self) -> Option<u8> {
        let position = self.entries.iter().position(|entry| entry.kind == Kind::EnterExecutor)?;
        u8::try_from(position).ok()
    }

    pub fn known(&self) -> Vec<Opcode> {
        let known = self.entries.iter().enumerate().filter(|(_, entry)| !entry.name.is_empty());
        known
            .map(|(number, entry)| Opcode {
                name: entry.name.clone(),
                number: u16::try_from(number).unwrap_or(u16::MAX),
                base: entry.base,
                caches: entry.caches,
                counter: entry.counter,
            })
            .collect()
    }

    fn read(py: Python<'_>) -> PyResult<Self> {
        let opcode = modules::import(py, "opcode")?;
        let mut entries = vec![Entry::default(); 256];
        for (name, number) in mapping::<usize>(&opcode.getattr("opmap")?)? {
            if let Some(entry) = entries.get_mut(number) {
                entry.kind = kind(&name);
                entry.name = name;
                entry.base = u16::try_from(number).unwrap_or(u16::MAX);
            }
        }
        read_caches(&opcode, &mut entries)?;
        let forms = specialised_numbers(py, &opcode, &entries)?;
        if let Some(families) = opcode.getattr_opt("_specializations")? {
            for (base, names) in mapping::<Vec<String>>(&families)? {
                note_family(&mut entries, &base, &names, &forms);
            }
        }
        for name in ["ENTER_EXECUTOR", "JUMP_BACKWARD_JIT", "JUMP_BACKWARD_NO_JIT", "RESUME_CHECK", "RESUME_CHECK_JIT"]
        {
            if let Some(entry) =
                forms.get(name).and_then(|number| entries.get_mut(*number)).filter(|e| e.name.is_empty())
            {
                entry.name = name.to_owned();
                entry.kind = kind(name);
            }
        }
        let known = interpreter::known(py)?.ok();
        Ok(Self { entries, backoff_bits: known.and_then(jitctl_cpython::Version::backoff_bits) })
    }
}

/// Any mapping with text keys; 3.15 has some that are no dict (frozendict).
fn mapping<V: for<'a, 'py> FromPyObject<'a, 'py>>(object: &Bound<'_, PyAny>) -> PyResult<HashMap<String, V>> {
    object.call_method0("items")?.try_iter()?.map(|item| item?.extract::<(String, V)>()).collect()
}

/// Cells of inline cache per opcode; none before 3.11.
fn read_caches(opcode: &Bound<'_, PyAny>, entries: &mut [Entry]) -> PyResult<()> {
    let Some(format) = opcode.getattr_opt("_cache_format")? else { return Ok(()) };
    for item in format.call_method0("items")?.try_iter()? {
        let (name, cells): (String, Bound<'_, PyAny>) = item?.extract()?;
        let cells = mapping::<u8>(&cells)?;
        let caches = cells.values().sum();
        let counter = cells.contains_key("counter");
        for entry in entries.iter_mut().filter(|entry| entry.name == name) {
            (entry.caches, entry.counter) = (caches, counter);
        }
    }
    Ok(())
}

/// The numbers of the specialised forms: stated from 3.13 on; before, `dis` deals the free numbers out in order.
fn specialised_numbers(
    py: Python<'_>,
    opcode: &Bound<'_, PyAny>,
    entries: &[Entry],
) -> PyResult<HashMap<String, usize>> {
    if let Ok(metadata) = modules::import(py, "_opcode_metadata") {
        let mut numbers: HashMap<String, usize> = mapping(&metadata.getattr("_specialized_opmap")?)?;
        let all: HashMap<String, usize> = mapping(&metadata.getattr("opmap")?)?;
        numbers.extend(all);
        return Ok(numbers);
    }
    let Some(names) = opcode.getattr_opt("_specialized_instructions")? else { return Ok(HashMap::new()) };
    let free = (0..entries.len()).filter(|number| entries[*number].name.is_empty());
    Ok(names.extract::<Vec<String>>()?.into_iter().zip(free).collect())
}

fn note_family(entries: &mut [Entry], base: &str, names: &[String], forms: &HashMap<String, usize>) {
    let Some(position) = entries.iter().position(|entry| entry.name == base) else { return };
    let counts = !matches!(entries[position].kind, Kind::JumpBack | Kind::Resume) && entries[position].caches > 0;
    entries[position].specialisable = counts;
    entries[position].quickens = counts && names.iter().any(|name| name.ends_with("_ADAPTIVE"));
    let family = entries[position].clone();
    for name in names {
        if let Some(entry) = forms.get(name).and_then(|number| entries.get_mut(*number)) {
            *entry = Entry {
                name: name.clone(),
                specialisable: false,
                quickens: false,
                specialised: counts && !name.ends_with("_ADAPTIVE"),
                ..family.clone()
            };
        }
    }
}

fn kind(name: &str) -> Kind {
    match name {
        "EXTENDED_ARG" => Kind::ExtendedArg,
        "YIELD_VALUE" | "YIELD_FROM" => Kind::Yield,
        "PUSH_EXC_INFO" | "SETUP_FINALLY" | "SETUP_WITH" | "SETUP_ASYNC_WITH" => Kind::Try,
        "LOAD_GLOBAL" => Kind::LoadGlobal,
        "LOAD_NAME" => Kind::LoadName,
        "STORE_ATTR" => Kind::StoreAttribute,
        "IMPORT_NAME" => Kind::Import,
        "RESUME" => Kind::Resume,
        "ENTER_EXECUTOR" => Kind::EnterExecutor,
        "JUMP_ABSOLUTE" => Kind::JumpAbsolute,
        // Waiting for a generator or coroutine is written as a loop, and is none.
        _ if name.contains("NO_INTERRUPT") => Kind::Plain,
        _ if name.starts_with("JUMP_BACKWARD") || name.starts_with("POP_JUMP_BACKWARD") => Kind::JumpBack,
        _ if name.starts_with("CALL") && !name.starts_with("CALL_INTRINSIC") => Kind::Call,
        _ => Kind::Plain,
    }
}
