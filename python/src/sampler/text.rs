//! Which machine code belongs to a file: an entry that belongs to none was made while the program ran.

use std::ffi::{c_int, c_void};

/// The parts of the process that were loaded, when they were listed: pairs of first address and end, in order.
pub struct Text {
    ranges: Vec<(usize, usize)>,
}

impl Text {
    /// Lists them.
    pub fn read() -> Self {
        let mut ranges: Vec<(usize, usize)> = Vec::new();
        // SAFETY: the callback gets what is passed here, and is called before this returns.
        unsafe { libc::dl_iterate_phdr(Some(note), (&raw mut ranges).cast()) };
        ranges.sort_unstable();
        Self { ranges }
    }

    /// Is the address in one of them? Async-signal-safe.
    pub fn contains(&self, address: usize) -> bool {
        let after = self.ranges.partition_point(|(first, _)| *first <= address);
        after > 0 && address < self.ranges[after - 1].1
    }
}

unsafe extern "C" fn note(object: *mut libc::dl_phdr_info, _: usize, ranges: *mut c_void) -> c_int {
    // SAFETY: `Text::read` passes this vector; the system describes a loaded object, whose headers are there.
    let (ranges, base, headers) = unsafe {
        let object = &*object;
        let headers = std::slice::from_raw_parts(object.dlpi_phdr, usize::from(object.dlpi_phnum));
        (&mut *ranges.cast::<Vec<(usize, usize)>>(), object.dlpi_addr, headers)
    };
    for header in headers.iter().filter(|header| header.p_type == libc::PT_LOAD && header.p_flags & libc::PF_X != 0) {
        let first = base.wrapping_add(header.p_vaddr) as usize;
        ranges.push((first, first + header.p_memsz as usize));
    }
    0
}
