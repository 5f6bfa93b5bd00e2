//! Cranelift functions to one block of machine code.

use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::Function;
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{self, Configurable};
use cranelift_codegen::{Context, FinalizedRelocTarget};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

static ISA: OnceLock<Result<OwnedTargetIsa, String>> = OnceLock::new();

static VERIFY: AtomicBool = AtomicBool::new(false);
static DUMP: AtomicBool = AtomicBool::new(false);

/// Has Cranelift check what it is given, and functions and their code written to standard error.
pub fn configure(verify: bool, dump: bool) {
    VERIFY.store(verify, Ordering::Relaxed);
    DUMP.store(dump, Ordering::Relaxed);
}

/// The processor that this process runs on, as Cranelift knows it.
pub fn isa() -> Result<&'static OwnedTargetIsa, String> {
    let made = ISA.get_or_init(|| {
        let mut flags = settings::builder();
        let verify = cfg!(debug_assertions) || VERIFY.load(Ordering::Relaxed);
        let wanted = [
            ("opt_level", "speed"),
            ("is_pic", "false"),
            ("enable_verifier", if verify { "true" } else { "false" }),
            ("enable_probestack", "false"),
            ("preserve_frame_pointers", "true"),
            ("unwind_info", "false"),
        ];
        for (name, value) in wanted {
            flags.set(name, value).map_err(|error| format!("{name}: {error}"))?;
        }
        let builder = cranelift_native::builder().map_err(str::to_owned)?;
        builder.finish(settings::Flags::new(flags)).map_err(|error| error.to_string())
    });
    made.as_ref().map_err(Clone::clone)
}

/// The code of a unit: the body, then the boxed entry, which calls it.
pub struct Machine {
    pub code: Vec<u8>,
    /// Where the boxed entry begins.
    pub boxed: usize,
}

/// Compiles both and joins them. Calls of the body are the only thing that is left to relocate.
pub fn assemble(body: Function, boxed: Function) -> Result<Machine, String> {
    let (mut code, calls) = one(body)?;
    while code.len() % 16 != 0 {
        code.push(0xcc);
    }
    let start = code.len();
    let (more, further) = one(boxed)?;
    code.extend(more);
    let all = calls.into_iter().chain(further.into_iter().map(|(at, kind, addend)| (at + start, kind, addend)));
    for (at, kind, addend) in all {
        relocate(&mut code, at, kind, addend)?;
    }
    Ok(Machine { code, boxed: start })
}

type Call = (usize, Reloc, i64);

fn one(function: Function) -> Result<(Vec<u8>, Vec<Call>), String> {
    let isa = isa()?;
    let dump = DUMP.load(Ordering::Relaxed);
    if dump {
        eprintln!("{}", function.display());
    }
    let mut context = Context::for_function(function);
    context.set_disasm(dump);
    let compiled = match context.compile(&**isa, &mut ControlPlane::default()) {
        Ok(compiled) => compiled,
        Err(error) => return Err(format!("{:?}", error.inner)),
    };
    if let Some(text) = compiled.vcode.as_ref() {
        eprintln!("{text}");
    }
    let mut calls = Vec::new();
    for reloc in compiled.buffer.relocs() {
        match &reloc.target {
            FinalizedRelocTarget::ExternalName(cranelift_codegen::ir::ExternalName::User(_)) => {
                calls.push((reloc.offset as usize, reloc.kind, reloc.addend));
            }
            other => return Err(format!("a reference to {other:?}")),
        }
    }
    Ok((compiled.code_buffer().to_vec(), calls))
}

/// The body is at offset 0.
fn relocate(code: &mut [u8], at: usize, kind: Reloc, addend: i64) -> Result<(), String> {
    let place = code.get_mut(at..at + 4).ok_or("a relocation outside of the code")?;
    match kind {
        Reloc::X86CallPCRel4 => {
            let distance = i32::try_from(addend - at as i64).map_err(|error| error.to_string())?;
            place.copy_from_slice(&distance.to_le_bytes());
        }
        Reloc::Arm64Call => {
            let distance = i32::try_from((addend - at as i64) >> 2).map_err(|error| error.to_string())?;
            let old = u32::from_le_bytes([place[0], place[1], place[2], place[3]]);
            let new = old & !0x03ff_ffff | distance.cast_unsigned() & 0x03ff_ffff;
            place.copy_from_slice(&new.to_le_bytes());
        }
        other => return Err(format!("a relocation of kind {other:?}")),
    }
    Ok(())
}
