import FuzzHarness
import FuzzStore

@_cdecl("LLVMFuzzerInitialize")
public func begin(_: OpaquePointer?, _: OpaquePointer?) -> CInt {
    FuzzDriver.begin(FuzzStoreTargets.all)
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzDriver.run(bytes, count)
}
