"""Tracers, profilers and monitoring tools that come, go and interfere while compiled code runs."""

from programs import hostile

PROGRAMS, add = hostile()

add(
    "settrace inside",
    """
import sys
log=[]
def tr(fr,ev,arg):
    if fr.f_code.co_name in ('f','g'):
        told=repr(arg) if ev!='exception' else ''
        log.append((fr.f_code.co_name,ev,fr.f_lineno-fr.f_code.co_firstlineno,told)); return tr
def g(x): return x+1
def f(n):
    t=0
    for i in range(n):
        if i==2: sys.settrace(tr); sys._getframe().f_trace=tr
        t+=g(i)
        if i==4: sys.settrace(None)
    return t
def run(n):
    log.clear(); r=f(n); sys.settrace(None); return r,log[:]
def run2(n):
    log.clear(); sys.settrace(tr); r=f(n); sys.settrace(None); return r,log[:]
""",
    "run(7)",
    "run2(3)",
    "f(2)",
    warm="f(2)",
    hinted="f g",
)
add(
    "setprofile inside",
    """
import sys
log=[]
def pr(fr,ev,arg): log.append((fr.f_code.co_name,ev,getattr(arg,'__name__','')))
def g(x): return abs(x)
def f(n):
    t=0
    for i in range(n):
        if i==2: sys.setprofile(pr)
        t+=g(i)+len('abc')
        if i==4: sys.setprofile(None)
    return t
def run(n):
    log.clear(); r=f(n); sys.setprofile(None); return r,log[:]
""",
    "run(7)",
    "f(2)",
    warm="f(2)",
    hinted="f g",
)
add(
    "trace jump/local change",
    """
import sys
def tr(fr,ev,arg):
    if fr.f_code.co_name=='f':
        if ev=='line' and fr.f_locals.get('i')==3 and 't' in fr.f_locals:
            fr.f_locals['t']=1000; fr.f_trace=None; sys.settrace(None); return None
        return tr
def f(n):
    t=0
    for i in range(n):
        if i==1: sys.settrace(tr); sys._getframe().f_trace=tr
        t+=i
    return t
""",
    "f(3)",
    "f(10)",
    warm="f(1)",
)
add(
    "monitoring in loop",
    """
import sys
m=sys.monitoring; log=[]
def on():
    if m.get_tool(1) is None: m.use_tool_id(1,'x')
    m.register_callback(1,m.events.LINE,lambda c,l: log.append(l-c.co_firstlineno) if c.co_name=='f' else None)
    m.register_callback(1,m.events.JUMP,lambda c,a,b: log.append((a,b)) if c.co_name=='f' else None)
    m.set_events(1,m.events.LINE|m.events.JUMP)
def off(): m.set_events(1,0)
def f(n):
    t=0
    for i in range(n):
        if i==2: on()
        t+=i
        if i==4: off()
    return t
def run(n):
    log.clear(); r=f(n); off(); return r,log[:]
""",
    "run(7)",
    "f(2)",
    warm="f(2)",
)
add(
    "line jump by tracer",
    """
import sys
def tr(fr,ev,arg):
    if fr.f_code.co_name!='f': return None
    if ev=='line' and fr.f_lineno==fr.f_code.co_firstlineno+4 and not seen:
        seen.append(1); fr.f_lineno=fr.f_code.co_firstlineno+2
    return tr
seen=[]
def f(n):
    t=0
    t+=n
    n=n+1
    t=t*10
    return t,n
def run(n):
    seen.clear(); sys.settrace(tr)
    try: return f(n)
    finally: sys.settrace(None)
""",
    "run(3)",
    "f(3)",
    "run(2.5)",
    warm="f(3)",
)
add(
    "opcodes traced",
    """
import sys
log=[]
def tr(fr,ev,arg):
    if fr.f_code.co_name in('f','g'):
        fr.f_trace_opcodes=True; fr.f_trace_lines=False
        log.append((fr.f_code.co_name,ev,fr.f_lasti)); return tr
def g(x): return x+1
def f(n):
    t=0
    for i in range(n): t+=g(i)
    return t
def run(n):
    log.clear(); sys.settrace(tr)
    try: r=f(n)
    finally: sys.settrace(None)
    return r,len(log),log[-3:]
""",
    "run(3)",
    "f(3)",
    "run(2)",
    warm="f(3)",
    hinted="f g",
)
add(
    "tracer raises",
    """
import sys
def tr(fr,ev,arg):
    if fr.f_code.co_name=='f':
        if ev=='line' and fr.f_locals.get('i')==3: raise KeyError('tracer')
        return tr
def f(n):
    t=0
    for i in range(n):
        try: t+=i
        except KeyError: t+=100
    return t
def run(n):
    sys.settrace(tr)
    try: return f(n)
    except KeyError as e: return 'out',e.__traceback__.tb_next.tb_lineno, sys.gettrace() is None
    finally: sys.settrace(None)
""",
    "run(3)",
    "run(6)",
    "f(6)",
    warm="f(3)",
)
add(
    "monitoring callbacks disable and raise",
    """
import sys
m=sys.monitoring; log=[]
def setup(raising):
    if m.get_tool(2) is None: m.use_tool_id(2,'y')
    def start(c,o):
        if c.co_name in 'fg':
            log.append(c.co_name)
            if raising and len(log)==4: raise ValueError('cb')
            return m.DISABLE if not raising else None
    m.register_callback(2,m.events.PY_START,start); m.set_events(2,m.events.PY_START); m.restart_events()
def g(x): return x
def f(n):
    t=0
    for i in range(n): t+=g(i)
    return t
def run(n,r):
    log.clear(); setup(r)
    try: return f(n),log[:]
    except ValueError as e: return 'raised',log[:],[t for t in (e.__traceback__.tb_next.tb_lineno,)]
    finally: m.set_events(2,0); m.register_callback(2,m.events.PY_START,None)
""",
    "run(5,False)",
    "run(5,True)",
    "f(4)",
    warm="f(3)",
    hinted="f g",
)
add(
    "profile all threads",
    """
import threading,sys
def g(x): return x+1
def f(n):
    t=0
    for i in range(n): t=g(t)
    return t
log=[]
def pr(fr,ev,arg): log.append((fr.f_code.co_name,ev)) if fr.f_code.co_name in 'fg' else None
def run():
    log.clear(); threading.setprofile(pr)
    out=[]; t=threading.Thread(target=lambda: out.append(f(3))); t.start(); t.join(); threading.setprofile(None)
    return out,log[:]
""",
    "run()",
    "f(3)",
    warm="f(3)",
    hinted="f g",
)
add(
    "setprofile all",
    """
import threading,sys,time
def g(x): return x+1
def f(stop):
    t=0
    while not stop: t=g(t)
    return t>0
seen=[]
def pr(fr,ev,arg):
    if fr.f_code.co_name=='g' and ev=='call' and not seen: seen.append(1); STOP.append(1)
STOP=[]
def run():
    STOP.clear(); seen.clear(); out=[]
    t=threading.Thread(target=lambda: out.append(f(STOP))); t.start(); time.sleep(.02)
    threading.setprofile_all_threads(pr); t.join(5); threading.setprofile_all_threads(None)
    r=(out,seen[:]); STOP.append(1); return r
""",
    "run()",
    "f([1])",
    warm="f([1])",
    hinted="f g",
)
