"""Texts and containers at their edges, and what subclasses make of operators."""

from programs import hostile

PROGRAMS, add = hostile()

add(
    "string is",
    """
import sys
def f(a,b):
    c=a+b
    same=sys.intern(c) is sys.intern(a+b)
    return (c==a+b, same, a+'' is a, 'ab'[0] is 'a', c[0] is c[0], f'{a}' is a, str(a) is a, a*1 is a, a[:] is a)
""",
    "f('x','y')",
    "f('abc','')",
    "f('','')",
)
add(
    "type change in list",
    """
def f(l):
    t=0
    for x in l: t=t+x
    return t
""",
    "f([1,2,3])",
    "f([1.5,2,3])",
    "f([1,2.5,True])",
    "f([1,2**70,-2**70])",
    "f([1,'a'])",
    "f([1,None])",
    "f(range(5))",
    "f((1,2,3))",
    "f({1:2})",
    "f('ab')",
    "f(5)",
    "f([[1]])",
)
add(
    "bool/int subclass",
    """
class I(int):
    def __add__(s,o): return 'I+'
    def __radd__(s,o): return '+I'
    def __eq__(s,o): return 'eq'
    __hash__=int.__hash__
    def __lt__(s,o): return 'lt'
    def __index__(s): return 1
    def __bool__(s): return False
class F(float):
    def __mul__(s,o): return 'F*'
    def __rmul__(s,o): return '*F'
class L(list):
    def __getitem__(s,i): return 'L'
    def __iter__(s): return iter('L')
    def append(s,x): list.append(s,'L')
    def __len__(s): return 77
class S(str):
    def __eq__(s,o): return 'S='
    __hash__=str.__hash__
def f(a,b,l):
    out=[a+b,b+a,a==b,a<b,a*b,b*a,bool(a),l[0],len(l),[x for x in l], a if a else 'no']
    out.append(l[a] if isinstance(a,int) else 0)
    l.append(a); out.append(list.__len__(l)); out.append(sum([0,a]) if isinstance(a,int) else 0)
    for x in range(a if isinstance(a,int) else 2): out.append(x)
    return out
""",
    "f(1,2,[5,6])",
    "f(I(1),2,[5,6])",
    "f(1,I(2),L([5,6]))",
    "f(1.5,F(2),[5,6])",
    "f(True,False,L([1,2]))",
    "f(F(1),I(1),[1,2])",
)
add(
    "str ops",
    """
class S(str):
    def __eq__(s,o): return 'S='
    __hash__=str.__hash__
def f(a,b):
    out=[]
    for fn in range(6):
        try:
            if fn==0: out.append(a+b)
            if fn==1: out.append(a==b)
            if fn==2: out.append(a[0])
            if fn==3: out.append(f'{a}{b!r:>5}{a:<4}')
            if fn==4: out.append(a in b)
            if fn==5: out.append(a*2)
        except Exception as e: out.append(repr(e))
    return out
""",
    "f('a','b')",
    "f('','')",
    "f('é','日本')",
    "f(S('a'),'a')",
    "f('a',S('a'))",
    "f('a',1)",
    "f(1,'a')",
    "f(b'a',b'b')",
)
add(
    "float format",
    """
def f(n):
    out=[]
    x=0.1
    for i in range(n):
        x=x*-1.7+1e-3
        out.append(f'{x:.3f} {x!r} {x:e} {i:05d} {i:x} {-i:+,} {x:>12.4g}')
    return out,str(x),repr(-x*0),'%d %s %.2f'%(n,x,x)
""",
    "f(5)",
)
add(
    "range edge",
    """
def f(a,b,c):
    out=[]
    try:
        for i in range(a,b,c):
            out.append(i)
            if len(out)>5: break
        else: out.append('else')
        out.append(i)
    except Exception as e: out.append(repr(e))
    return out
""",
    "f(0,5,1)",
    "f(0,5,2)",
    "f(5,0,-1)",
    "f(5,0,-2)",
    "f(0,0,1)",
    "f(0,5,0)",
    "f(2**63-3,2**63+3,1)",
    "f(2**63-2,2**63-1,5)",
    "f(-2**63,-2**63+2,1)",
    "f(-2**63+1,-2**63,-1)",
    "f(2**62,2**63-1,2**61)",
    "f(True,3,1)",
    "f(0,1.5,1)",
    "f(2**64,2**64+2,1)",
    "f(0,5,-1)",
)
add(
    "unpack edge",
    """
def f(s):
    out=[]
    try: a,b=s; out.append((a,b))
    except Exception as e: out.append(repr(e))
    try: a,*b=s; out.append((a,b))
    except Exception as e: out.append(repr(e))
    try: (a,b),c=s,1; out.append((a,b,c))
    except Exception as e: out.append(repr(e))
    return out
""",
    "f((1,2))",
    "f([1,2])",
    "f('ab')",
    "f({1:2,3:4})",
    "f((1,))",
    "f((1,2,3))",
    "f(5)",
    "f(range(2))",
    "f(iter([1,2]))",
)
add(
    "huge list/int index",
    """
def f(l,i):
    try: return l[i]
    except Exception as e: return repr(e)
def s(l,i):
    try: l[i]=9; return l
    except Exception as e: return repr(e)
""",
    *[
        f"{g}({held},{i})"
        for g in "fs"
        for held in ("[1,2,3]", "(1,2,3)", "'abc'", "{1:2}", "b'abc'", "range(3)")
        for i in ("0", "-1", "-3", "-4", "3", "2**63", "-2**63", "2**70", "True", "1.0", "None", "'a'", "slice(1)")
    ],
    warm=("f([1,2,3],0)", "s([1,2,3],1)"),
    hinted="f s",
)
add(
    "nan in containers",
    """
nan=float('nan')
def f(x):
    l=[x]; d={x:1}
    out=[x in l, l==[x], l.index(x), d.get(x), x==x, x!=x, (x,)==(x,), l.count(x)]
    return out, min(x,1.0), max(1.0,x), [x]<[x], sorted([3.0,x,1.0])==sorted([3.0,x,1.0])
""",
    "f(nan)",
    "f(1.5)",
    "f(-0.0)",
    "f(2**70)",
)
add(
    "min max",
    """
def f(a,b,c):
    out=[]
    for e in range(4):
        try:
            if e==0: out.append(min(a,b))
            elif e==1: out.append(max(a,b,c))
            elif e==2: out.append((min(a,b) is a, max(a,b) is a))
            else: out.append(min([a,b,c],default=1))
        except TypeError as q: out.append(str(q))
    return out
""",
    "f(1,1.0,True)",
    "f(0,-0.0,0.0)",
    "f(-0.0,0,1)",
    "f(float('nan'),1,2)",
    "f(1,float('nan'),2)",
    "f(300,300,5)",
    "f('a',1,2)",
    "f(2**70,2**63,1)",
    "f(True,1,0)",
)
add(
    "in place aliasing",
    """
def f(n):
    a=[1]; b=a; a+=[2]; s='x'; t=s; s+='y'; tup=(1,); u=tup; tup+=(2,)
    d={}; e=d; d|={1:2}
    i=5; j=i; i+=1; x=1.5; y=x; x+=1
    for k in range(n):
        b*=1; a+=(k,); i-=k; y-=0.5
    return a,b,a is b,s,t,tup,u,d,e is d,i,j,x,y
""",
    "f(3)",
    "f(0)",
)
add(
    "eq chain types",
    """
def f(vals):
    out=[]
    for a in vals:
        for b in vals:
            out.append((a==b)+2*(a!=b)+4*(a is b))
    return out
""",
    "f([1,1.0,True,'1',None])",
    "f([0,-0.0,False,'',0j,()])",
    "f([2**53,2.0**53,2**53+1])",
)
add(
    "long if chain consts",
    """
def f(v):
    if v==1: return 'int1'
    elif v==1.5: return 'float'
    elif v=='a': return 'str'
    elif v is None: return 'none'
    elif v==(1,2): return 'tuple'
    elif v in {5,6}: return 'set'
    elif v in [7,'b']: return 'list'
    elif not v: return 'falsy'
    return v
""",
    *[
        f"f({v})"
        for v in ("1", "True", "1.0", "1.5", "'a'", "None", "(1,2)", "5", "6.0", "'b'", "0", "''", "[]", "float('nan')")
    ],
)
