//! A host without Python: objects are numbers with counted references, so that every reference is accounted for.
//! The probes of tests/fixtures use it too.
#![allow(dead_code)] // each user of it needs a part

pub mod heap;

use heap::Value;
use jitctl_core::host::facts::{CodeFacts, FunctionFacts, Lists, Pairs, Reason, Texts};
use jitctl_core::host::table::{BackendCallback, CallbackResult, Failure, Object, PythonHost, Taken};
use jitctl_core::{Instruction, Interpreter, Loop, Opcode, State, Verdict};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ptr::null_mut;
use std::rc::Rc;

pub struct Mock;

thread_local! {
    static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Takes what was logged and reported on this thread.
pub fn log() -> Vec<String> {
    LOG.take()
}

/// The interpreter that the tests pretend to run on.
pub fn interpreter() -> Interpreter {
    Interpreter {
        implementation: "cpython".to_owned(),
        version: "3.14.2".parse().unwrap(),
        hexversion: 0x030e_02f0,
        debug: false,
        free_threaded: false,
        subinterpreter: false,
        jit_built: true,
        jit_enabled: false,
        platform: "linux-x86_64".to_owned(),
        extra: vec![("pointer".to_owned(), "8".to_owned())],
    }
}

/// A Python function called `name`, owned by the caller.
pub fn function(name: &str) -> Object {
    let text = heap::make(Value::Text(name.to_owned()));
    let function = heap::make(Value::Thing("function", BTreeMap::new()));
    heap::set(function, "__name__", text);
    heap::decref(text);
    function
}

/// A dict with one text in it, owned by the caller.
pub fn options(name: &str, text: &str) -> Object {
    let dict = heap::make(Value::Dict(BTreeMap::new()));
    let item = heap::make(Value::Text(text.to_owned()));
    heap::set(dict, name, item);
    heap::decref(item);
    dict
}

fn raise(kind: &'static str, message: impl Into<String>) -> Object {
    heap::raise(heap::make(Value::Exception(kind, message.into())))
}

impl PythonHost for Mock {
    fn incref(object: Object) {
        heap::incref(object);
    }
    fn decref(object: Object) {
        heap::decref(object);
    }
    fn none() -> Object {
        heap::make(Value::None)
    }
    fn import(name: &str) -> Object {
        if name == "missing" {
            return raise("ModuleNotFoundError", name);
        }
        heap::make(Value::Thing("module", BTreeMap::new()))
    }
    fn get_attribute(object: Object, name: &str) -> Object {
        match heap::value(object) {
            Some(Value::Thing(_, items)) if items.contains_key(name) => heap::incref(items[name] as Object),
            _ => raise("AttributeError", format!("no attribute '{name}'")),
        }
    }
    fn set_attribute(object: Object, name: &str, value: Object) -> i32 {
        heap::set(object, name, value);
        0
    }
    fn get_item(container: Object, key: Object) -> Object {
        match (heap::value(container), heap::value(key)) {
            (Some(Value::Dict(items)), Some(Value::Text(name))) => match items.get(&name) {
                Some(item) => heap::incref(*item as Object),
                None => raise("KeyError", format!("'{name}'")),
            },
            (Some(Value::Tuple(items)), Some(Value::Int(index))) => match items.get(index as usize) {
                Some(item) => heap::incref(*item as Object),
                None => raise("IndexError", "tuple index out of range"),
            },
            _ => raise("TypeError", "not subscriptable"),
        }
    }
    fn call(callable: Object, arguments: &[Object]) -> Object {
        let Some(Value::Callable(callback)) = heap::value(callable) else { return raise("TypeError", "not callable") };
        match callback.call(arguments) {
            CallbackResult::Value(object) => object,
            CallbackResult::Raise(exception) => heap::raise(exception),
            CallbackResult::Failed(message) => raise("RuntimeError", message),
        }
    }
    fn call_with(callable: Object, tuple: Object, _keywords: Object) -> Object {
        match heap::value(tuple) {
            Some(Value::Tuple(items)) => {
                Self::call(callable, &items.iter().map(|item| *item as Object).collect::<Vec<_>>())
            }
            _ => raise("TypeError", "no tuple"),
        }
    }
    fn from_int(value: i64) -> Object {
        heap::make(Value::Int(value))
    }
    fn from_float(value: f64) -> Object {
        heap::make(Value::Float(value))
    }
    fn from_text(value: &str) -> Object {
        heap::make(Value::Text(value.to_owned()))
    }
    fn from_bytes(value: &[u8]) -> Object {
        heap::make(Value::Bytes(value.to_vec()))
    }
    fn tuple(items: &[Object]) -> Object {
        heap::make(Value::Tuple(items.iter().map(|item| heap::incref(*item) as usize).collect()))
    }
    fn to_int(object: Object) -> Option<i64> {
        match heap::value(object)? {
            Value::Int(value) => Some(value),
            other => {
                raise("TypeError", format!("'{}' is no int", other.type_name()));
                None
            }
        }
    }
    fn to_float(object: Object) -> Option<f64> {
        match heap::value(object)? {
            Value::Float(value) => Some(value),
            _ => None,
        }
    }
    fn to_text(object: Object) -> Option<String> {
        match heap::value(object)? {
            Value::Text(value) => Some(value),
            other => Some(format!("<{}>", other.type_name())),
        }
    }
    fn to_bytes(object: Object) -> Option<Vec<u8>> {
        match heap::value(object)? {
            Value::Bytes(value) => Some(value),
            _ => None,
        }
    }
    fn truth(object: Object) -> i32 {
        heap::value(object).map_or(-1, |value| i32::from(!matches!(value, Value::None)))
    }
    fn type_name(object: Object) -> String {
        heap::value(object).map_or("dead", |value| value.type_name()).to_owned()
    }
    fn take_exception() -> Taken {
        let object = heap::take();
        let (type_name, message) = match (!object.is_null()).then(|| heap::value(object)).flatten() {
            Some(Value::Exception(kind, message)) => (kind.to_owned(), message),
            _ => (String::new(), String::new()),
        };
        Taken { object, ordinary: type_name != "KeyboardInterrupt", type_name, message }
    }
    fn callable(_name: &str, callback: BackendCallback) -> Object {
        heap::make(Value::Callable(Rc::new(callback)))
    }
    fn resolve(symbol: &str) -> Object {
        if symbol == "PyKnown" { 0x4000 as Object } else { null_mut() }
    }
    fn log(level: u8, line: &str) {
        LOG.with_borrow_mut(|log| log.push(format!("{level} {line}")));
    }
    fn facts(function: Object) -> Result<FunctionFacts, Failure> {
        match heap::value(function) {
            Some(Value::Thing("function", _)) => Ok(sample_facts(function)),
            _ => Err(Failure { code: "no-bytecode".to_owned(), message: "it has no bytecode".to_owned() }),
        }
    }
    fn observe(_function: Object) -> Result<State, Failure> {
        Ok(State { instructions: 9, specialisable: 4, specialised: 3, ..State::default() })
    }
    fn opcodes() -> Result<Vec<Opcode>, Failure> {
        let one = |name: &str, number| Opcode { name: name.to_owned(), number, base: number, caches: 1, counter: true };
        Ok(vec![one("RESUME", 128), one("JUMP_BACKWARD", 75)])
    }
    fn report(ticket: u64, verdict: Verdict) {
        LOG.with_borrow_mut(|log| log.push(format!("report {ticket} {} {}", verdict.status.name(), verdict.code)));
    }
}

/// A function with a loop, and a lambda in it.
fn sample_facts(function: Object) -> FunctionFacts {
    let mut code = CodeFacts {
        object: function as usize,
        name: "sample".to_owned(),
        qualname: "Class.sample".to_owned(),
        file: "/a/file.py".to_owned(),
        first_line: 10,
        arguments: 2,
        positional_only: 1,
        keyword_only: 3,
        flags: 0x20 | 0x04,
        stack_size: 6,
        locals: 4,
        calls: 5,
        try_blocks: 1,
        instructions: vec![
            Instruction { offset: 0, argument: 0, line: 10, opcode: 128, caches: 0, extended: 0 },
            Instruction { offset: 1, argument: 300, line: 11, opcode: 75, caches: 1, extended: 1 },
        ],
        loops: vec![Loop { start: 0, jump: 1, line: 10, last_line: 11, extended: 1, yields: true, depth: 1 }],
        ..CodeFacts::default()
    };
    code.uses.reads("eval");
    code.uses.imports();
    let nested = CodeFacts { parent: Some(0), qualname: "Class.sample.<lambda>".to_owned(), ..CodeFacts::default() };
    FunctionFacts::new(vec![code, nested], Box::new(Sample))
}

struct Sample;

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

impl Lists for Sample {
    fn texts(&self, code: usize, list: Texts) -> Vec<String> {
        words(match (code, list) {
            (0, Texts::Names) => "eval print",
            (0, Texts::Variables) => "self n",
            (0, Texts::FreeVariables) => "outer",
            (0, Texts::CellVariables) => "inner",
            (_, Texts::Names) => panic!("boom in the host's list of names"),
            _ => "",
        })
    }

    fn pairs(&self, code: usize, list: Pairs) -> Vec<(String, String)> {
        let all: &[(&str, &str)] = match (code, list) {
            (0, Pairs::Constants) => &[("int", "1"), ("str", "'x: y=z\tw'")],
            (0, Pairs::Annotations) => &[("n", "int"), ("return", "Literal[':\t=']")],
            (0, Pairs::Defaults) => &[("n", "1")],
            _ => &[],
        };
        all.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    fn unfriendly(&self, code: usize) -> Vec<Reason> {
        let reason = |line| Reason {
            code: "odd".to_owned(),
            line,
            message: "it has a\ttab".to_owned(),
            advice: "none, or\ttwo".to_owned(),
        };
        if code == 0 { vec![reason(Some(7)), reason(None)] } else { Vec::new() }
    }
}
