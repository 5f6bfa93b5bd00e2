"""Control flow with exceptions, `finally`, generators, closures and calls of every form."""

from programs import hostile

PROGRAMS, add = hostile()

add(
    "unbound messages",
    """
def f(n):
    if n>2: y=1
    return y+n
""",
    "f(3)",
    "f(1)",
    "f(2.5)",
    "f('a')",
)
add(
    "try finally",
    """
def f(n):
    out=[]
    for i in range(n):
        try:
            if i==1: continue
            if i==3: break
            out.append(i)
        finally:
            out.append(('f',i))
    else: out.append('else')
    return out
def g(n):
    try:
        return n+1
    finally:
        if n>3: return 'over'
def h(n):
    for i in range(n):
        try:
            try:
                if i==2: raise ValueError(i)
                if i==4: return i
            except ValueError as e:
                raise KeyError(i) from e
            finally:
                n+=1
        except KeyError as e:
            last=repr(e.__cause__)
    return n,last
""",
    "f(2)",
    "f(5)",
    "g(1)",
    "g(5)",
    "h(4)",
    "h(9)",
    hinted="f g h",
)
add(
    "except star",
    """
def f(n):
    out=[]
    for i in range(n):
        try:
            if i%2: raise ExceptionGroup('g',[ValueError(i),TypeError(i),ExceptionGroup('h',[KeyError(i)])])
            if i==4: raise KeyError('plain')
        except* ValueError as e: out.append(('v',e.exceptions))
        except* KeyError as e: out.append(('k',str(e.exceptions)))
        except* TypeError as e:
            if i==3:
                try: raise RuntimeError('x')
                except* RuntimeError as q: out.append('r')
            out.append('t')
    return out
""",
    "f(3)",
    "f(6)",
)
add(
    "generators & closures",
    """
def gen(n):
    for i in range(n): x=yield i;
def f(n):
    def inner(k):
        nonlocal t
        t+=k
    t=0
    for i in gen(n): inner(i)
    fs=[lambda i=i: i+t for i in range(3)]
    return t,[g() for g in fs],sum(i for i in range(n) if i%2)
""",
    "f(10)",
)
add(
    "while/else nested break",
    """
def f(n):
    out=[]
    i=0
    while i<n:
        j=0
        while True:
            j+=1
            if j>i: break
            if j==3: continue
            out.append((i,j))
        else: out.append('never')
        i+=1
    else: out.append('end')
    return out
""",
    "f(6)",
)
add(
    "walrus/chain",
    """
def f(n):
    out=[]
    i=0
    while (j:=i*2)<n and 0<=i<=j<n:
        out.append((i,j)); i+=1
    return out,i,j,[y:=x*x for x in range(3)],y
""",
    "f(12)",
)
add(
    "with & raise",
    """
class C:
    def __init__(s,sup): s.sup=sup
    def __enter__(s): log.append('in'); return s
    def __exit__(s,*a): log.append(('out',a[0].__name__ if a[0] else None)); return s.sup
log=[]
def f(n,sup):
    log.clear(); t=0
    for i in range(n):
        with C(sup) as c:
            if i==2: raise ValueError(i)
            t+=i
    return t,log[:]
""",
    "f(2,False)",
    "f(5,True)",
    "f(5,False)",
)
add(
    "dunder order",
    """
log=[]
class V:
    def __init__(s,n): s.n=n
    def __add__(s,o): log.append(('add',s.n)); return NotImplemented
    def __radd__(s,o): log.append(('radd',s.n)); return 1
    def __lt__(s,o): log.append(('lt',s.n)); return NotImplemented
    def __gt__(s,o): log.append(('gt',s.n)); return True
    def __iadd__(s,o): log.append(('iadd',s.n)); return NotImplemented
    def __contains__(s,o): log.append('c'); return 'truthy'
    def __bool__(s): log.append(('bool',s.n)); raise ZeroDivisionError
def ev(x): log.append(x); return x
def f():
    log.clear()
    a,b=V('a'),V('b')
    r=[a+b,a<b,1 in a]
    a+=b
    try:
        if b: pass
    except ZeroDivisionError: log.append('zde')
    d={ev(1):ev(2),ev(3):ev(4)}
    d[ev(5)]=ev(6)
    ev([0,0])[ev(1)]=ev(7)
    ev(1)<ev(2)<ev(0)<ev(9)
    return r,a,log[:]
""",
    "f()",
)
add(
    "star args & defaults",
    """
def g(a,b=2,*c,d=4,**e): return a,b,c,d,e
def h(a,/,b,*,c=3): return a,b,c
def f(n):
    out=[g(1),g(1,2,3,4),g(1,d=5,z=6),g(*range(n)),g(**{'a':1,'q':2}),h(1,2),h(1,b=2,c=5)]
    for bad in range(5):
        try:
            if bad==0: h()
            if bad==1: h(1,2,3)
            if bad==2: h(a=1,b=2)
            if bad==3: h(1,2,z=1)
            if bad==4: h(1,2,b=3)
        except TypeError as e: out.append(str(e))
    return out
""",
    "f(4)",
    hinted="f h",
)
add(
    "except in every position",
    """
def boom(x): raise ValueError(x)
def f(n):
    out=[]
    for i in range(n):
        try:
            a=[1,2]; a[i]=a[boom(i) if i==1 else 0]
            out.append(i+ (1//(i-2)))
            {}[i]
        except ValueError as e: out.append(('v',e.args))
        except ZeroDivisionError: out.append('z')
        except (KeyError,IndexError) as e: out.append(type(e).__name__)
        else: out.append('else')
        finally: out.append('f')
    try: e
    except NameError as q: out.append(str(q))
    return out
""",
    "f(1)",
    "f(4)",
)
add(
    "nested functions raising through compiled",
    """
def a(x):
    if x==0: raise KeyError('deep')
    return b(x-1)
def b(x):
    try: return a(x)
    except KeyError as e:
        if x%3==0: raise RuntimeError(x) from e
        raise
def f(n):
    try: return a(n)
    except Exception as e:
        out=[]
        while e is not None:
            tb=e.__traceback__; l=[]
            while tb: l.append((tb.tb_frame.f_code.co_name,tb.tb_lineno,tb.tb_lasti>=0)); tb=tb.tb_next
            out.append((repr(e),l)); e=e.__cause__
        return out
""",
    "f(4)",
    "f(9)",
    hinted="f a b",
)
add(
    "generator args, star",
    """
def f(n):
    a,*b,c=range(n)
    d=[*b,c,*(i*i for i in b)]
    e={**{k:v for k,v in zip(d,d[1:])}}
    return a,b,c,d,e,sum(*[d]),max(*d,1),print
""",
    "f(4)",
    "f(2)",
)
add(
    "exit in finally and generator close",
    """
def gen(log):
    try:
        yield 1
        yield 2
    finally: log.append('closed')
def f(n):
    log=[]
    for x in gen(log):
        if x==n: break
    log.append('after')
    for x in gen(log):
        try:
            if x==1: continue
            return log
        finally: log.append(x)
    return log
""",
    "f(1)",
    "f(5)",
)
add(
    "comprehension scopes",
    """
x='global'
def f(n):
    r=[x for x in range(n)]
    s=[[i*j for j in range(i)] for i in range(n) if i%2]
    d={k:[v for v in range(k)] for k in r}
    return r,s,d,[x+y for x in r for y in (1,2.5) if x],(lambda: [z for z in r])()
""",
    "f(4)",
)
