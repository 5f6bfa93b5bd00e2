//! The passes in their order, and what they share about the function.

use crate::decode::Code;
use crate::exits::{CallRecord, ExitRecord, Site};
use crate::forecast;
use crate::lower;
use crate::profile;
use crate::python::Object;
use crate::runtime::Runtime;
use crate::ssa::{self, Found};
use crate::subject::{Names, Param, Refused, Subject};
use crate::units::{Assumption, Compiled, Context, ExitSeen, Exits, Refusal};
use jitctl_core::{Borrowed, Owned};
use std::cell::RefCell;

/// The exits of a unit, and what else its code refers to.
struct Records {
    #[expect(clippy::vec_box, reason = "machine code carries the addresses")]
    records: Vec<Box<ExitRecord>>,
    #[expect(clippy::vec_box, reason = "machine code carries the addresses")]
    sites: Vec<Box<Site>>,
    _call: Box<CallRecord>,
}

// SAFETY: addresses of things that live as long as the unit; counts are only used with the GIL held.
unsafe impl Send for Records {}
// SAFETY: as above.
unsafe impl Sync for Records {}

impl Exits for Records {
    fn seen(&self) -> Vec<ExitSeen> {
        let taken = self.records.iter().filter(|record| record.count.get() > 0);
        taken
            .map(|record| ExitSeen {
                line: record.line,
                offset: 2 * record.offset,
                reason: record.why.name(),
                count: record.count.get(),
                detail: u64::from(record.resume),
                classes: Vec::new(),
            })
            .chain(self.sites.iter().filter(|site| !site.classes.borrow().is_empty()).map(|site| ExitSeen {
                line: site.line,
                offset: 2 * site.offset,
                reason: "classes",
                count: 0,
                detail: site.detail.get() as u64,
                classes: site.classes.borrow().clone(),
            }))
            .collect()
    }
}

/// Compiles a function.
///
/// # Errors
/// [`Refusal`] with the reason.
pub fn compile(context: &Context<'_>) -> Result<Compiled, Refusal> {
    try_compile(context).map_err(|refused| Refusal {
        code: refused.code,
        line: refused.line,
        message: refused.message,
        wants_profile: refused.code == "no-profile",
    })
}

fn refuse(code: &'static str, message: &str) -> Refused {
    Refused { code, line: None, message: message.to_owned() }
}

fn try_compile(context: &Context<'_>) -> Result<Compiled, Refused> {
    let rt = context.runtime;
    let host = rt.host;
    let other = |error: jitctl_core::Error| refuse("internal", &error.to_string());
    let mut code = Code::read(host, rt, context.function, context.code.address()).map_err(other)?;
    code.common = profile::common_constants(host, rt);
    profile::refuse_kinds(&code)?;
    let function = context.function.address();
    let own = if context.shared { std::ptr::null_mut() } else { function };
    // SAFETY: fields of a live function and its code.
    let (globals, builtins, framesize): (usize, usize, i32) = unsafe {
        (
            Runtime::read(function, rt.layout.func_globals),
            Runtime::read(function, rt.layout.func_builtins),
            Runtime::read(context.code.address(), rt.layout.code_framesize),
        )
    };
    if framesize > crate::runtime::LARGEST {
        return Err(refuse("too-large", "its frame is too large"));
    }
    let params = profile::params(context, &code);
    let nums = params.iter().map(|param| if let Param::Raw(num) = param { Some(*num) } else { None }).collect();
    // SAFETY: the code object of the function.
    let complete = unsafe { crate::units::complete(rt, context.code.address()) };
    let borrowed = profile::unassigned(&code, &params);
    let lent = borrowed.iter().copied().chain(code.first_free()..code.nlocalsplus).collect();
    let call = Box::new(CallRecord { function: own, params: nums, complete, cell: context.cell, borrowed: lent });
    let feedback = profile::feedback(host, rt, &context.feedback);
    let init = host.text("__init__").map_err(other)?;
    let mut unit = Subject {
        runtime: rt,
        code: &code,
        cell: context.cell,
        monitors: context.local_monitors,
        function: own as usize,
        globals,
        builtins,
        framesize,
        params,
        complete,
        call_record: &raw const *call,
        borrowed,
        failed: feedback.failed,
        strangers: feedback.strangers,
        overflowed: feedback.overflowed,
        others: feedback.others,
        met: feedback.met,
        details: feedback.details,
        builtins_known: profile::builtins(host, rt).map_err(other)?,
        unsteady: context.attempt >= 2,
        dicts: RefCell::default(),
        callees: RefCell::default(),
        codes: RefCell::default(),
        classes: RefCell::default(),
        names: Names { init: init.address() },
        settled: std::cell::Cell::new(false),
        context,
    };
    let isa = lower::isa().map_err(|text| refuse("no-machine-code", &text))?;
    let config = isa.frontend_config();
    let mut translated = ssa::translate(&unit, config)?;
    if translated.0.found.unknown.is_some() && !context.last_chance && context.attempt == 0 {
        // It may be called once, with one long loop: what it will meet is guessed from its arguments.
        let forecast = forecast::forecast(&unit);
        if code.forecast.set(forecast.names).is_ok() {
            unit.met.extend(forecast.met);
            unit.details.extend(forecast.details);
            translated = ssa::translate(&unit, config)?;
        }
    }
    let (round, returns) = translated;
    worth(context, &round.found)?;
    let boxed = lower::entry(&unit, &unit.signature(returns, round.framed), config);
    let machine = lower::assemble(round.function, boxed).map_err(|text| refuse("internal", &text))?;
    let signature = unit.signature(returns, round.framed);
    let lines = code.instrs.iter().map(|one| one.line).filter(|line| *line > 0);
    let lines = (lines.clone().min().unwrap_or(0), lines.max().unwrap_or(0));
    let assumes = assumptions(host, &unit);
    // SAFETY: code objects that the table keeps.
    let held = |code: &usize| host.own(unsafe { Borrowed::from_address(*code as Object) });
    let holds = unit.codes.borrow().iter().map(held).collect();
    Ok(Compiled {
        code: machine.code,
        boxed: machine.boxed,
        direct: signature.encode().filter(|_| code.kwonly == 0).map(|word| (0, word)),
        holds,
        assumes,
        exits: Box::new(Records { records: round.found.records, sites: round.found.sites, _call: call }),
        lines,
        loops: !code.loops.is_empty(),
        in_doubt: round.found.in_doubt,
        notes: round.found.notes,
    })
}

fn assumptions(host: jitctl_core::Host, unit: &Subject<'_>) -> Vec<Assumption> {
    // SAFETY: dicts, names and functions are alive: the function that is compiled leads to them.
    let own = |address: usize| -> Owned { host.own(unsafe { Borrowed::from_address(address as Object) }) };
    let mut all = Vec::new();
    if unit.function != 0 {
        all.push(Assumption::Function { function: own(unit.function) });
    }
    for ((dict, key), value) in unit.dicts.borrow().iter() {
        all.push(Assumption::Dict { dict: own(*dict), key: own(*key), value: *value });
    }
    for class in unit.classes.borrow().iter() {
        all.push(Assumption::Type { class: own(*class) });
    }
    for (function, signature) in unit.callees.borrow().iter() {
        all.push(Assumption::Callee { function: *function, signature: *signature });
    }
    all
}

/// Is the code worth having? Where everything in a loop is left to the interpreter, or nothing is known of a loop's values before
/// it ran, it is not, or not yet.
fn worth(context: &Context<'_>, found: &Found) -> Result<(), Refused> {
    match found.unknown {
        Some(line) if !context.last_chance && context.attempt == 0 => Err(Refused {
            code: "no-profile",
            line: Some(line),
            message: "the types of its values are not known before it ran".to_owned(),
        }),
        _ if found.gain < 0 && context.attempt == 0 => Err(Refused {
            code: "no-gain",
            line: None,
            message: "most of its time goes to calls and generators that the interpreter runs without leaving its loop"
                .to_owned(),
        }),
        _ => Ok(()),
    }
}
