//! What it takes to steer the JIT of one minor version, and to freeze its specialised code.

/// The means to steer the JIT of one minor version.
#[derive(Clone, Copy, Debug)]
pub struct Steering {
    /// How adaptive counters are laid out.
    pub counter: Counter,
    /// The jump that ends a loop and starts a trace; `None` where there is no JIT to steer.
    pub loops: Option<TraceStarter>,
    /// The function's entry, where it can start a trace.
    pub entry: Option<TraceStarter>,
    /// A loop that contains a `yield` can be compiled.
    pub compiles_yield: bool,
    /// Names in `sys.monitoring.events` whose local events keep a function out of every trace.
    pub ignore_events: &'static [&'static str],
    /// Names of the events that are declared where most instructions get their event taken out again: all that rewrite such an
    /// instruction, so that it has its event again whenever a tool has been there.
    pub ignore_declared: &'static [&'static str],
    /// The instructions from which a trace can return into the function.
    pub frame_pushing_calls: &'static [FramePushingCall],
    /// Names of the events that keep other functions' traces from resetting the counters of a function that is compiled once.
    pub once_events: &'static [&'static str],
    /// The trace of a hot callee may return into a frozen function and reset its counters.
    pub returns_thaw: bool,
    /// The switch of the JIT and what lies behind it, where the process can be switched.
    pub switch: Option<SwitchLayout>,
    /// The fields of an executor object, where there are executors.
    pub executor: Option<ExecutorLayout>,
    /// Switching the JIT on for hinted functions alone gains enough to do it without being asked.
    pub opt_in_by_default: bool,
    /// Faults of this version's JIT that a user should know of.
    pub known_faults: &'static [&'static str],
    /// Modules of others that crash together with this version's JIT, and what is known of that.
    pub known_conflicts: &'static [(&'static str, &'static str)],
}

/// An adaptive counter: `value << bits | backoff`.
#[derive(Clone, Copy, Debug)]
pub struct Counter {
    /// Bits of the backoff.
    pub bits: u32,
    /// What a fresh instruction has.
    pub warmup: u16,
    /// What a specialised instruction has.
    pub cooldown: u16,
}

impl Counter {
    /// A counter that triggers after `value` steps, and soon again if that fails.
    #[must_use]
    pub const fn soon(self, value: u16) -> u16 {
        value << self.bits
    }

    /// Whether a counter with this value triggers some day: with the highest backoff it never does.
    #[must_use]
    pub const fn triggers(self, cell: u16) -> bool {
        let highest = (1 << self.bits) - 1;
        cell & highest != highest
    }

    /// Whether it backs off: what [`soon`](Self::soon) makes does not, what CPython writes does.
    #[must_use]
    pub const fn has_backoff(self, cell: u16) -> bool {
        cell & ((1 << self.bits) - 1) != 0
    }

    /// Whether a fresh instruction with this value ran, and CPython has not tried yet to specialise it: then the backoff is another.
    #[must_use]
    pub const fn has_begun(self, cell: u16) -> bool {
        cell != self.warmup && cell & ((1 << self.bits) - 1) == self.warmup & ((1 << self.bits) - 1)
    }

    /// `value << bits | backoff`.
    #[must_use]
    pub const fn make(self, value: u16, backoff: u16) -> u16 {
        value << self.bits | backoff
    }
}

/// An instruction that can start a trace, in its three forms.
#[derive(Clone, Copy, Debug)]
pub struct TraceStarter {
    /// Before it was executed.
    pub base: &'static str,
    /// Counts, and starts a trace.
    pub armed: &'static str,
    /// Never starts a trace.
    pub off: &'static str,
    /// The counter's value and backoff that CPython starts with.
    pub natural: (u16, u16),
}

/// An instruction that can push a Python frame without a call of C, which returns behind it.
#[derive(Clone, Copy, Debug)]
pub struct FramePushingCall {
    /// The instruction.
    pub name: &'static str,
    /// With which arguments.
    pub when: When,
    /// The specialised forms that do. Empty: its general form does as well.
    pub forms: &'static [&'static str],
    /// It returns to the target of its jump as well.
    pub jumps: bool,
}

/// Arguments of an instruction.
#[derive(Clone, Copy, Debug)]
pub enum When {
    /// All.
    Always,
    /// Those whose lowest bit is not set.
    Even,
    /// This one.
    Is(u32),
}

/// What lies behind the byte `jit` of the interpreter's state.
#[derive(Clone, Copy, Debug)]
pub struct SwitchLayout {
    /// At least so many common constants stand before it.
    pub constants: usize,
    /// The JIT's configuration, counted from the switch.
    pub config: Option<ConfigLayout>,
}

/// The JIT's configuration: `u16` fields and two flags.
#[derive(Clone, Copy, Debug)]
pub struct ConfigLayout {
    /// Its first byte, counted from the switch.
    pub at: usize,
    /// Index of the `u16` field that holds the backoff of a function entry's first counter.
    pub entry_backoff: usize,
    /// A backoff with which a counter never triggers.
    pub unreachable: u16,
}

/// The fields of an executor object. Its exits begin at the type's `__basicsize__`.
#[derive(Clone, Copy, Debug)]
pub struct ExecutorLayout {
    /// The pointer to the micro-operations, which lie behind the last exit.
    pub trace_at: usize,
    /// The number of exits, a `u32`.
    pub exit_count_at: usize,
    /// The size of one exit.
    pub exit_size: usize,
    /// An exit's target in code units, a `u32`.
    pub target_at: usize,
    /// An exit's counter.
    pub temperature_at: usize,
    /// The executor that an exit leads to.
    pub next_at: usize,
    /// The counter's value and backoff that CPython starts an exit with.
    pub natural: (u16, u16),
}
