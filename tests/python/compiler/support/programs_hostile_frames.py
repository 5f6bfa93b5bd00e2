"""Who looks at frames and tracebacks, or writes into their locals, while compiled code runs and afterwards."""

from programs import hostile

PROGRAMS, add = hostile()

add(
    "locals write",
    """
import sys
def poke(n):
    fr=sys._getframe(1); fr.f_locals['x']=n; fr.f_locals['new']=1
def f(n):
    x=1; t=0
    for i in range(n):
        t+=x
        if i==n//2: poke(100)
    return t,x,sorted(locals())
""",
    "f(10)",
    "f(3)",
)
add(
    "locals write float",
    """
import sys
def poke(v):
    sys._getframe(1).f_locals['x']=v
def f(n,v):
    x=1.5; t=0
    for i in range(n):
        t=t+x
        if i==n//2: poke(v)
        x=x*2
    return t,x
""",
    "f(10,2.5)",
    "f(10,'a')",
    "f(10,7)",
    "f(10,2**70)",
)
add(
    "locals write loop var",
    """
import sys
def poke(**k):
    for a,b in k.items(): sys._getframe(1).f_locals[a]=b
def f(n):
    out=[]
    for i in range(n):
        poke(i=i*10)
        out.append(i)
        i+=1
        out.append(i)
    return out
""",
    "f(6)",
)
add(
    "traceback lines",
    """
def g(x):
    return (x +
            1 //
            (x - 3))
def f(n):
    t = 0
    for i in range(n):
        t += (
            g(i)
            + [1,2,3][
                i]
        )
    return t
""",
    "f(2)",
    "f(5)",
    "f('a')",
    hinted="f g",
)
add(
    "tracebacks each op",
    """
class E(Exception): pass
def f(k, a, b):
    for i in range(3):
        if k == 0: a + b
        elif k == 1: a[b]
        elif k == 2: a.nope
        elif k == 3: nope
        elif k == 4: a(b)
        elif k == 5: a < b
        elif k == 6: -a
        elif k == 7:
            for x in a: pass
        elif k == 8: x, y = a
        elif k == 9: a[b] = 1
        elif k == 10: del a[b]
        elif k == 11: a.x = 1
        elif k == 12: b in a
        elif k == 13: [*a]
        elif k == 14: {**a}
        elif k == 15: f'{a:zz}'
        elif k == 16: a //= b
        elif k == 17: raise E(a)
        elif k == 18: assert a == 5, 'no'
        elif k == 19: a.m(b, c=1)
        elif k == 20: len(a)
        elif k == 21: {a: 1}
        elif k == 22: a @ b
        elif k == 23: a if a > b else b
    return k
""",
    *[f"f({k},{a})" for k in range(24) for a in ("1,0", "[1],5", "None,1", "(1,2,3),'x'", "{},[]")],
    warm="f(0,1,2)",
)
add(
    "frame of callee",
    """
import sys
def who(d=1):
    fr=sys._getframe(d+1) if d else sys._getframe(1)
    out=[]
    while fr is not None and fr.f_code.co_filename=='program.py':
        numbers={k:v for k,v in fr.f_locals.items() if isinstance(v,(int,float))}
        out.append((fr.f_code.co_name,fr.f_lineno,fr.f_lasti>0,numbers)); fr=fr.f_back
    return out
def g(x,y=2.5):
    z=x*2
    return who(0)
def f(n):
    t=1.5
    for i in range(n):
        t=t*2
        r=g(i)
    return r
""",
    "f(3)",
    "f(6)",
    hinted="f g",
)
add(
    "frame kept",
    """
import sys
kept=[]
def keep(): kept.append(sys._getframe(1))
def f(n):
    t=0
    for i in range(n):
        t+=i*1000
        if i==n//2: keep()
    return t
def run(n):
    kept.clear(); r=f(n); fr=kept[0]
    return r,fr.f_lineno,dict(fr.f_locals),fr.f_back is None or fr.f_back.f_code.co_name
""",
    "run(5)",
    "run(10)",
)
add(
    "frame clear and exec",
    """
import sys
def f(n):
    x=n; ns={}
    exec('y=x+1',globals()|{'x':x},ns)
    l=locals(); l['x']=99
    for i in range(3): x+=ns['y']
    return x,eval('x*2'),sorted(l)
""",
    "f(5)",
    "f(2.5)",
)
add(
    "warnings stacklevel",
    """
import warnings
def w(): warnings.warn('x',stacklevel=2)
def f(n):
    with warnings.catch_warnings(record=True) as r:
        warnings.simplefilter('always')
        for i in range(n):
            w()
        w()
    return [(x.lineno,x.filename) for x in r]
def g(n):
    t=0
    for i in range(n): t+=i; w()
    return t
def run(n):
    with warnings.catch_warnings(record=True) as r:
        warnings.simplefilter('always')
        g(n)
    return [(x.lineno,x.filename) for x in r]
""",
    "f(2)",
    "run(3)",
    hinted="f g",
)
add(
    "locals() in loop",
    """
def f(n):
    out=[]
    for i in range(n):
        l=locals(); out.append(sorted((k,v) for k,v in l.items() if isinstance(v,(int,float))))
        x=i*1.5
    return out
""",
    "f(3)",
)
add(
    "sys.exc_info",
    """
import sys
def g(): return sys.exc_info()[0]
def f(n):
    out=[]
    for i in range(n):
        out.append(g())
        try: 1//(i-1)
        except ZeroDivisionError: out.append(g())
        out.append(g())
    try:
        raise KeyError(1)
    except KeyError:
        for i in range(2): out.append((g(),sys.exc_info()[1].args))
        try: raise
        except KeyError as e: out.append(e.__context__)
    return out
""",
    "f(3)",
    hinted="f g",
)
add(
    "postmortem locals",
    """
def g(a,b):
    c=a*2; d=b/3; e=[c]
    return c//(a-3)
def f(n):
    t=0; x=1.5
    for i in range(n):
        x*=1.5; t+=g(i,x)
    return t
def run(n):
    try: return f(n)
    except ZeroDivisionError as e:
        tb=e.__traceback__.tb_next; out=[]
        while tb:
            out.append((tb.tb_frame.f_code.co_name,tb.tb_lineno,tb.tb_frame.f_lineno,tb.tb_lasti==tb.tb_frame.f_lasti,sorted(tb.tb_frame.f_locals.items(),key=str)))
            tb=tb.tb_next
        return out
""",
    "run(3)",
    "run(9)",
    hinted="f g",
)
add(
    "frame clear",
    """
import sys
class D:
    def __del__(s): log.append('del')
log=[]
def f(n):
    d=D(); x=n*1000
    return 1//(n-5)
def run(n):
    log.clear()
    try: f(n)
    except ZeroDivisionError as e:
        fr=e.__traceback__.tb_next.tb_frame
        a=dict(fr.f_locals).keys(); a=list(a)
        fr.clear(); return a,list(fr.f_locals),log[:]
    return log[:]
def h(n):
    try: sys._getframe().clear()
    except RuntimeError as e: return str(e),n+1
""",
    "run(3)",
    "run(5)",
    "h(1)",
    "h(2.5)",
    warm=("run(3)", "h(1)"),
    hinted="f h",
)
