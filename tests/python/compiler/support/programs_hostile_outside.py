"""What comes from outside while compiled code runs: signals, the collector, threads, a fork, the limit of recursion."""

from programs import hostile

PROGRAMS, add = hostile()

add(
    "recursion limit",
    """
import sys
def f(n): return 0 if n==0 else 1+f(n-1)
def depth(fn):
    try: fn(10**6)
    except RecursionError as e:
        d=0; tb=e.__traceback__
        while tb: d+=1; tb=tb.tb_next
        return d,str(e)
def g(n): return h(n-1) if n else 0
def h(n): return g(n-1)+1 if n else 0
class A:
    def m(self,n): return self.m(n-1)+1 if n else 0
a=A()
def lo(k):
    old=sys.getrecursionlimit(); sys.setrecursionlimit(k)
    try: return depth(f),depth(g),depth(a.m)
    finally: sys.setrecursionlimit(old)
""",
    "f(50)",
    "depth(f)",
    "depth(g)",
    "depth(a.m)",
    "lo(100)",
    "lo(333)",
    "f(900)",
    warm=("f(50)", "g(50)", "a.m(50)"),
    hinted="f g h A.m",
)
add(
    "signals",
    """
import signal,time
hits=[]
def handler(*a): hits.append(1); raise KeyboardInterrupt
def f(n):
    t=0
    try:
        while n:
            t+=1
    except KeyboardInterrupt: return 'interrupted'
    return t
def run():
    signal.signal(signal.SIGUSR1,handler)
    import threading,os
    th=threading.Timer(0.05,os.kill,(os.getpid(),signal.SIGUSR1)); th.start()
    r=f(1); th.join(); return r
""",
    "run()",
    "f(0)",
    warm="f(0)",
)
add(
    "signal in nested",
    """
import signal,os
log=[]
def handler(s,fr): log.append((fr.f_code.co_name, sorted(fr.f_locals), fr.f_locals.get('i')))
def f(n):
    t=0
    for i in range(n):
        t+=i
        if i==50: os.kill(os.getpid(),signal.SIGUSR1)
    return t
def run(n):
    log.clear(); signal.signal(signal.SIGUSR1,handler)
    return f(n),log[:]
""",
    "run(100)",
    "run(60)",
)
add(
    "gc callbacks",
    """
import gc
log=[]
def cb(ph,info): log.append(ph)
class N: pass
def f(n):
    for i in range(n):
        a=N(); a.me=a
        if i%10==9: gc.collect()
    return n
def run():
    gc.callbacks.append(cb); log.clear()
    r=f(40); gc.callbacks.remove(cb)
    return r,log.count('start')>=4
""",
    "run()",
    "f(10)",
)
add(
    "weakref callbacks",
    """
import weakref
log=[]
class N: pass
def f(n):
    for i in range(n):
        a=N(); r=weakref.ref(a,lambda r,i=i: log.append(('gone',i)))
        log.append(i)
        if i%2: a=None; log.append(r() is None)
    return r() is None
def run(n):
    log.clear(); return f(n),log[:]
""",
    "run(5)",
)
add(
    "fork",
    """
import os
def f(n):
    t=0
    for i in range(n):
        if i==5:
            pid=os.fork()
            if pid==0:
                t+=1000
                os._exit((t+i)%256)
            t+=os.waitstatus_to_exitcode(os.waitpid(pid,0)[1])
        t+=i
    return t
""",
    "f(10)",
    "f(3)",
    warm="f(3)",
)
add(
    "threads shared",
    """
import threading,sys
sys.setswitchinterval(1e-5)
def f(n,d):
    t=0
    for i in range(n):
        d.append(i); t+=d.pop()-i
    return len(d)
def run():
    out=[]
    ths=[threading.Thread(target=lambda: out.append(f(3000,[]))) for _ in range(4)]
    [t.start() for t in ths]; [t.join() for t in ths]
    return out
""",
    "run()",
    warm="f(50,[])",
)
add(
    "deep recursion limits raised",
    """
import sys
def f(n): return 0 if n==0 else 1+f(n-1)
def run():
    old=sys.getrecursionlimit(); sys.setrecursionlimit(30000)
    try: return f(20000)
    finally: sys.setrecursionlimit(old)
""",
    "run()",
    "f(10)",
    warm="f(10)",
)
