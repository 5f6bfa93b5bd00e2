//! What the extension and the backends ask for, asked of the invented version.

use jitctl_core::Interpreter;
use jitctl_cpython::FirstCall;

#[test]
fn every_question_is_answered() {
    let interpreter = Interpreter {
        implementation: "cpython".to_owned(),
        version: "3.99.0".parse().unwrap(),
        hexversion: 0x0363_00f0,
        debug: false,
        free_threaded: false,
        subinterpreter: false,
        jit_built: true,
        jit_enabled: true,
        platform: "linux-x86_64".to_owned(),
        extra: Vec::new(),
    };
    let version = jitctl_cpython::of(&interpreter).unwrap();
    assert_eq!(version.minor, 99);
    assert_eq!(version.backoff_bits(), Some(7));
    assert_eq!(version.first_call, FirstCall::Monitoring);
    assert!(version.compiles_entries() && version.compiles_yields());
    assert_eq!(version.traits.unwrap().longest_body, 999);
    assert_eq!(version.steering.unwrap().counter.bits, 7);
    assert_eq!(jitctl_cpython::range(), "3.10 to 3.99");
}
