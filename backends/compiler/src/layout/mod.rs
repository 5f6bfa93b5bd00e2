//! What emitted code and the runtime know of the interpreter: offsets of fields ([`Layout`]) and addresses ([`Api`]).

mod api;

pub use api::{Api, Vectorcall};
pub use table::Layout;

use jitctl_core::Interpreter;

/// Writes the struct of all offsets and one constant of it for each version.
macro_rules! offsets {
    ($($(#[$doc:meta])* $field:ident: $v13:literal, $v14:literal, $v15:literal;)*) => {
        /// Offsets in bytes, for one minor version.
        #[derive(Clone, Copy, Debug)]
        pub struct Layout {
            /// 14 for CPython 3.14.
            pub minor: u64,
            /// Emitted code may count references itself. Debug builds count them in more places.
            pub inline_refcounts: bool,
            /// What an empty slot of a frame holds.
            pub null_ref: u64,
            /// References in frames carry a tag in their lowest bit where they are borrowed, or lead to an immortal object.
            pub tagged_refs: bool,
            /// Bytes of machine stack that must be left above the interpreter's soft limit when an activation begins.
            pub stack_reserve: i64,
            /// The same where the interpreter counts calls of C in place of bytes.
            pub c_recursion_reserve: i32,
            $($(#[$doc])* pub $field: i32,)*
        }

        const V13: Layout = Layout { minor: 13, null_ref: 0, tagged_refs: false, $($field: $v13,)* ..COMMON };
        const V14: Layout = Layout { minor: 14, null_ref: 1, tagged_refs: true, $($field: $v14,)* ..COMMON };
        const V15: Layout = Layout { minor: 15, null_ref: 1, tagged_refs: true, $($field: $v15,)* ..COMMON };
        const COMMON: Layout = Layout {
            minor: 0,
            inline_refcounts: true,
            null_ref: 0,
            tagged_refs: false,
            stack_reserve: 192 * 1024,
            c_recursion_reserve: 40,
            $($field: -1,)*
        };

        impl Layout {
            /// The known versions.
            pub(super) const KNOWN: [Layout; 3] = [V13, V14, V15];
        }
    };
}
use offsets;

mod table;

/// The layout that an interpreter should have, where its version is known.
pub fn of(interpreter: &Interpreter) -> Option<Layout> {
    let version = &interpreter.version;
    let known = Layout::KNOWN.into_iter().find(|layout| version.major == 3 && version.minor == layout.minor)?;
    Some(Layout { inline_refcounts: !interpreter.debug, ..known })
}

impl Layout {
    /// Where the second of the two 8-byte words is that cover all bytes of a code object's local monitors.
    #[must_use]
    pub fn local_monitors_second(&self) -> i32 {
        self.local_events - 8
    }

    /// `struct _frame`'s slot of a local: the address within the frame.
    #[must_use]
    pub fn slot(&self, index: i32) -> i32 {
        self.frame_localsplus + 8 * index
    }
}
