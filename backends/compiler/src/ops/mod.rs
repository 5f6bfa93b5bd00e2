//! What machine code calls for single operations. Null, or a number as said, comes with an exception.

mod build;
mod compare;
mod containers;
mod hold;
mod instance;
mod iterate;
mod lookup;
mod raise;
mod subscript;

pub use build::{
    rt_build_const_key_map, rt_build_map, rt_build_set, rt_build_string, rt_function, rt_list_extend, rt_text_append,
    rt_text_of_int,
};
pub use compare::rt_compare;
pub use containers::{rt_dict_int, rt_dict_store, rt_dict_text, rt_list_pop};
pub use hold::{rt_hold_bool, rt_hold_float, rt_hold_float_stale, rt_hold_int, rt_hold_int_stale};
pub use instance::rt_is_instance;
pub use iterate::{rt_enumerate, rt_next, rt_pair, rt_range, rt_range_iter, rt_sequence_iter, rt_zip};
pub use lookup::{rt_global, rt_meet, rt_method};
pub use raise::{rt_init_result, rt_unsupported};
pub use subscript::{rt_get_item, rt_set_item, rt_slice, rt_store_slice, rt_text_item};
