//! The backend that does nothing: for interpreters without a JIT, and for whoever asks for it by name.

use jitctl_core::{Backend, Fit, Hint, Host, Info, Interpreter, Request, Result, Verdict, export_backend};
use jitctl_verdicts::VerdictCode;

struct Noop {
    reason: &'static str,
}

impl Backend for Noop {
    fn info() -> Info {
        Info {
            name: "noop",
            version: env!("CARGO_PKG_VERSION"),
            description: "leaves every function as it is",
            implementation: "*",
            requires: "*",
            rank: 0,
            hints: &Hint::ALL,
        }
    }

    fn fit(_interpreter: &Interpreter) -> Fit {
        Fit::Default
    }

    fn create(_host: Host, interpreter: &Interpreter) -> Result<Self> {
        let reason = if interpreter.jit_built {
            "the noop backend leaves every function as it is"
        } else {
            "this interpreter was built without a JIT; the function is left as it is"
        };
        Ok(Self { reason })
    }

    fn apply(&self, _request: &Request<'_>) -> Result<Verdict> {
        Ok(VerdictCode::Noop
            .verdict(self.reason)
            .advise("run `python -m jitctl doctor` to see what other backends could do here"))
    }
}

export_backend!(Noop);
